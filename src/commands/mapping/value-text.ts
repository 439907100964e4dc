import { printable } from '../terminal/printable.ts';
import { graphemes } from '../terminal/display-width.ts';
import type { Span } from '../terminal/panels.ts';
import { isEmpty } from '../parts/forecast/forecast-words.ts';

/** Longer values are cut to this many characters. */
const SIGNS_AT_MOST = 160;

/** A value in readable form, harmless for a terminal. `—` means none and `?` unknown. */
export function valueText(value: unknown): string {
  if (value === undefined) return '?';
  if (isEmpty(value)) return '—';
  const signs = graphemes(typeof value === 'string' ? value : JSON.stringify(value));
  const text = signs.slice(0, SIGNS_AT_MOST).join('');
  return printable(signs.length > SIGNS_AT_MOST ? `${text}…` : text);
}

export function valueSpan(value: unknown): Span {
  const text = valueText(value);
  return value === undefined || isEmpty(value) ? { text, style: 'dim' } : { text };
}
