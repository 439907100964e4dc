import { styleText } from 'node:util';
import type { FailedRecord } from '../../store/outbox/failed/failed-list.ts';
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { textTable } from '../terminal/text-table.ts';
import type { ListedRow } from './failed-rows.ts';
import { listed } from './failed-rows.ts';
import { mendsOf } from './refusal-words.ts';
import type { RecordField, SentRecord } from './sent-record.ts';

/** All details of one failed row. It has personal data. */
export interface ShownRow extends ListedRow {
  readonly event: string;
  /** Why, in sentences: `traits.phone -> Phone: Zoho takes 30 characters at most, got 42`. */
  readonly mends: readonly string[];
  readonly module: string;
  /** The record that the mapping builds. */
  readonly record: readonly RecordField[];
  readonly mapping_changed: boolean;
  /** Pages of the records named in Zoho's answer or in our message. */
  readonly links: readonly string[];
  /** Zoho's answer to the record, cut to 2,000 characters; null if the reason is one of ours. */
  readonly answer: string | null;
}

export function shownRow(
  row: FailedRecord,
  record: SentRecord,
  linkTo: (id: string) => string | undefined,
): ShownRow {
  const mends = mendsOf(row, record);
  const ids = [row.message, ...mends].flatMap((text) => text.match(/(?<=\b(?:contact|record) )\d+/gi) ?? []);
  return {
    ...listed(row),
    event: row.event,
    mends,
    module: record.module,
    record: record.fields,
    mapping_changed: record.mappingChanged,
    links: [...new Set(ids)].flatMap((id) => linkTo(id) ?? []),
    answer: row.answer,
  };
}

/** @param now ms since 1970 */
export function shownText(row: ShownRow, now: number): string {
  const bold = (text: string) => styleText('bold', text, { stream: process.stdout });
  const dim = (text: string) => styleText('dim', text, { stream: process.stdout });
  const age = duration(Math.max(0, now - Date.parse(row.failed_at)) / 1_000);
  const facts = textTable(
    [
      ['Identity', row.identity_id],
      ['Email', printable(row.email ?? 'none')],
      ['Failed', `${age} ago, ${row.failed_at}, event ${row.event}`],
      ['Reason', [row.reason, row.field ?? ''].filter(Boolean).join(', ')],
    ],
    undefined,
  );
  const lines = [
    ...facts,
    '',
    ...row.mends.map((mend) => bold(printable(mend))),
    ...row.links,
    `-> ${row.hint}`,
    '',
    `The record for ${row.module}${row.mapping_changed ? ', built with the present mapping, which has changed since' : ''}`,
    ...recordLines(row.record),
  ];
  if (row.answer !== null) lines.push('', 'What Zoho answered', dim(`  ${printable(row.answer)}`));
  return `${lines.join('\n')}\n`;
}

function recordLines(fields: readonly RecordField[]): string[] {
  if (fields.length === 0) return ['  not stored'];
  return textTable(
    fields.map(({ source, field, value, cut_from }) => [
      `  ${printable(source)}`,
      `-> ${field}`,
      value === null
        ? 'no value'
        : printable(JSON.stringify(value)) +
          (cut_from === undefined ? '' : ` (cut from ${cut_from} characters)`),
    ]),
    undefined,
  );
}
