import { styleText } from 'node:util';
import { displayWidth, padToWidth, wrap } from './display-width.ts';

type Style = Parameters<typeof styleText>[0];

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Span[];

/**
 * One row of cells. The last cell is wrapped to the width that is left. A row whose last cell is empty is a
 * heading and does not widen its columns.
 */
export interface Row {
  readonly cells: readonly Span[];
  /** Lines below the last cell. */
  readonly details: readonly string[];
}

const GAP = '  ';
/** A value in fewer columns is unreadable, so the terminal may break the line instead. */
const LAST_AT_LEAST = 12;

/** Rows as lines of at most `width` columns. */
export function rowLines(rows: readonly Row[], width: number): Line[] {
  const leading = (rows[0]?.cells.length ?? 1) - 1;
  const columned = rows.filter(({ cells }) => cells[leading]?.text !== '');
  const widths = Array.from({ length: leading }, (_, column) =>
    Math.max(0, ...columned.map(({ cells }) => displayWidth(cells[column]?.text ?? ''))),
  );
  const indent = widths.reduce((sum, one) => sum + one + GAP.length, 0);
  const rest = Math.max(LAST_AT_LEAST, width - indent);
  return rows.flatMap(({ cells, details }) => {
    const last = cells[leading] ?? { text: '' };
    const [first = '', ...more] = wrap(last.text, rest);
    const start = widths.map((one, column) => ({
      ...cells[column],
      text: padToWidth(cells[column]?.text ?? '', one) + GAP,
    }));
    const below = { text: ' '.repeat(indent) };
    return [
      [...start, { ...last, text: first }],
      ...more.map((text) => [below, { ...last, text }]),
      ...details.flatMap((detail) => wrap(detail, rest).map((text): Line => [below, { text, style: 'dim' }])),
    ];
  });
}

/** The width of rows without wrapping. */
export function naturalWidth(rows: readonly Row[]): number {
  return Math.max(0, ...rowLines(rows, Infinity).map(lineWidth));
}

/** Two panels side by side with a bar between them. @param width width of the left panel */
export function beside(left: readonly Line[], right: readonly Line[], width: number): Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? [];
    const filler = { text: ' '.repeat(Math.max(0, width - lineWidth(line))) };
    return [...line, filler, { text: ' │ ', style: 'dim' }, ...(right[index] ?? [])];
  });
}

/** Lines as text for stdout, in colour if stdout takes it. */
export function linesText(lines: readonly Line[]): string {
  const shown = ({ text, style }: Span) =>
    style === undefined ? text : styleText(style, text, { stream: process.stdout });
  return lines.map((line) => `${line.map(shown).join('').trimEnd()}\n`).join('');
}

function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0);
}
