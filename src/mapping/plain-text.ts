import { withoutBlankEdges } from './blank.ts';

/** Text without blanks around it, without NUL, and with U+FFFD for lone surrogates: neither is text to a database. */
export function cleanText(text: string): string {
  return withoutBlankEdges(text.replaceAll('\0', '').toWellFormed());
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts text on a grapheme boundary to at most `length` UTF-16 code units: there are never fewer of them than of the
 * characters Zoho may count instead, so what is cut always fits.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const boundary = graphemes.segment(text).containing(length)?.index ?? 0;
  if (boundary > 0) return text.slice(0, boundary).trimEnd();
  // One grapheme can be longer than the field (a letter under a heap of marks): then only surrogate pairs stay whole.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
