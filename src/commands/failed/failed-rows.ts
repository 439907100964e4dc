import type { FailedRow } from '../../store/outbox/failed/failed-list.ts';
import type { ReasonCount } from '../../store/outbox/failed/failed-list.ts';
import { duration } from '../terminal/duration.ts';
import { printable } from '../terminal/printable.ts';
import { textTable } from '../terminal/text-table.ts';
import { nextStepOf } from '../parts/next-step.ts';

/** One failed row in `--json`. */
export interface ListedRow {
  readonly identity_id: string;
  readonly email: string | null;
  readonly reason: string;
  /** Zoho's own code; null if the reason is one of ours. */
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string;
  /** The next step. */
  readonly hint: string;
  /** Deliveries that Zoho answered for this record alone. */
  readonly attempts: number;
  /** RFC 3339, UTC. */
  readonly failed_at: string;
}

export function listed(row: FailedRow): ListedRow {
  const { identityId, reason, code, field, message } = row;
  return {
    identity_id: identityId,
    email: row.emailKey ?? row.mappedKey,
    reason,
    code,
    field,
    message,
    hint: nextStepOf(row),
    // The last answer refused the record; the ones before said "later".
    attempts: row.attempts,
    failed_at: new Date(row.failedAt).toISOString(),
  };
}

/** `3 failed: 2 zoho_invalid_data, 1 email_taken` */
export function countsLine(counts: readonly ReasonCount[]): string {
  const parts = counts.map(({ reason, count }) => `${count} ${printable(reason)}`);
  return `${totalOf(counts)} failed: ${parts.join(', ')}`;
}

export function totalOf(counts: readonly ReasonCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** @param now ms since 1970 */
export function failedTable(rows: readonly FailedRow[], now: number, width: number | undefined): string[] {
  const cells = rows.map((row) => [
    row.identityId,
    `${duration(Math.max(0, now - row.failedAt) / 1_000)} ago`,
    row.reason,
    row.field ?? '',
    row.emailKey ?? row.mappedKey ?? '',
  ]);
  return textTable([['IDENTITY', 'FAILED', 'REASON', 'FIELD', 'EMAIL'], ...cells.map(allPrintable)], width);
}

function allPrintable(cells: readonly string[]): string[] {
  return cells.map(printable);
}
