import { withoutBlankEdges, withoutInvisibleEdges } from './blank.ts';

/**
 * Text without blanks around it, without NUL, and with U+FFFD for lone surrogates: neither is text to a
 * database.
 */
export function cleanText(text: string): string {
  return withoutBlankEdges(text.replaceAll('\0', '').toWellFormed());
}

/** Tabs and all that ends a line in Unicode. */
const BREAK = /[\t-\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * The same for text of one line: a tab or line break between two words becomes a blank, every other control
 * character (C0, C1) goes. Marks that shape what is seen stay, such as the joiner inside an emoji.
 */
export function cleanLine(text: string): string {
  return cleanText(text.replaceAll(BREAK, ' ').replaceAll(CONTROLS, ''));
}

/**
 * The same for an email or a website, which has no words: control characters go, and what is invisible around
 * it.
 */
export function cleanAddress(text: string): string {
  return withoutInvisibleEdges(text.replaceAll(CONTROLS, '').toWellFormed());
}

/**
 * The same for a phone, whose groups of digits are words. Copied from elsewhere, it often has direction marks
 * around it.
 */
export function cleanPhone(text: string): string {
  return withoutInvisibleEdges(cleanLine(text));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts text on a grapheme boundary to at most `length` UTF-16 code units: there are never fewer of them than
 * of the characters Zoho may count instead, so what is cut always fits.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const boundary = graphemes.segment(text).containing(length)?.index ?? 0;
  if (boundary > 0) return text.slice(0, boundary).trimEnd();
  // One grapheme can be longer than the field (a letter under a heap of marks): then only surrogate pairs
  // stay whole.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
