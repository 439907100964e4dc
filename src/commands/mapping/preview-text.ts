import { derive } from '../../mapping/derived/derived.ts';
import type { Forecast } from '../../sync/forecast/forecast.ts';
import type { FieldForecast } from '../../sync/forecast/forecast-fields.ts';
import { printable } from '../terminal/printable.ts';
import { wrap } from '../terminal/display-width.ts';
import { beside, linesText, naturalWidth, rowLines } from '../terminal/panels.ts';
import type { Line, Row, Span } from '../terminal/panels.ts';
import { fieldDetails, fieldWord, outcomeWords, shownValue } from '../parts/forecast/forecast-words.ts';
import { traitRows } from './trait-rows.ts';
import { valueSpan, valueText } from './value-text.ts';

/** The width for a pipe, a file, or a terminal of unknown size. */
const WIDTH_ELSEWHERE = 100;
/** With fewer columns the panels are placed one above the other. */
const BESIDE_FROM = 72;
const BAR = ' │ '.length;
/** The largest share of the width for traits; contact fields need more space. */
const LEFT_SHARE = 0.4;

/** The preview of an identity: traits on the left, contact fields on the right. */
export function previewText(forecast: Forecast, module: string, notes: readonly string[]): string {
  const { identity, outcome } = forecast;
  // A terminal of unknown size reports 0 columns.
  const width = (process.stdout.isTTY && process.stdout.columns) || WIDTH_ELSEWHERE;
  const { email } = derive(identity);
  const who = [email, identity.id].filter((text) => text !== undefined).map(printable);
  const lines: Line[] = [
    ...paragraph(who.join('  '), width, 'bold'),
    ...paragraph(outcomeWords(outcome, module), width, OUTCOME_STYLES[outcome.would]),
    [],
    ...panels(traitRows(identity), fieldRows(forecast), module, width),
    ...(notes.length > 0 ? [[]] : []),
    ...notes.flatMap((note) => paragraph(printable(note), width, 'yellow')),
  ];
  return linesText(lines);
}

const OUTCOME_STYLES: { readonly [Would in Forecast['outcome']['would']]: NonNullable<Span['style']> } = {
  create: 'green',
  update: 'green',
  unchanged: 'green',
  skip: 'yellow',
  fail: 'red',
  wait: 'yellow',
  contest: 'yellow',
  upsert: 'yellow',
  unknown: 'yellow',
};

const FIELD_STYLES: { readonly [Would in FieldForecast['would']]: NonNullable<Span['style']> } = {
  write: 'green',
  clear: 'yellow',
  same: 'dim',
  keep: 'cyan',
  leave_out: 'red',
  mapped: 'dim',
};

function panels(traits: readonly Row[], fields: readonly Row[], module: string, width: number): Line[] {
  const left = heading('Ory');
  const right = heading(`Zoho ${module}`);
  if (width < BESIDE_FROM) {
    return [left, ...rowLines(traits, width), [], right, ...rowLines(fields, width)];
  }
  const most = Math.floor((width - BAR) * LEFT_SHARE);
  const leftWidth = Math.min(most, Math.max(naturalWidth(traits), 'Ory'.length));
  return beside(
    [left, ...rowLines(traits, leftWidth)],
    [right, ...rowLines(fields, width - leftWidth - BAR)],
    leftWidth,
  );
}

function heading(text: string): Line {
  return [{ text, style: 'bold' }];
}

function paragraph(text: string, width: number, style: NonNullable<Span['style']>): Line[] {
  return wrap(text, width).map((line) => [{ text: line, style }]);
}

function fieldRows({ fields }: Forecast): Row[] {
  return fields.map((field) => ({
    cells: [
      { text: fieldWord(field), style: FIELD_STYLES[field.would] },
      { text: field.name },
      valueSpan(shownValue(field)),
    ],
    details: fieldDetails(field, valueText),
  }));
}
