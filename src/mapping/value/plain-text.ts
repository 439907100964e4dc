import { withoutBlankEdges, withoutInvisibleEdges } from './blank.ts';

/**
 * Text without blanks around it and without NUL, and with U+FFFD for lone surrogates. Databases do not accept
 * NUL and lone surrogates.
 */
export function cleanText(text: string): string {
  return withoutBlankEdges(text.replaceAll('\0', '').toWellFormed());
}

/** Tabs and all line breaks of Unicode. */
const BREAK = /[\t-\r\u0085\u2028\u2029]+/g;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * The same for text of one line. A tab or line break between two words becomes a blank, and every other
 * control character (C0, C1) is removed. Marks that change what is visible stay, such as the joiner inside an
 * emoji.
 */
export function cleanLine(text: string): string {
  return cleanText(text.replaceAll(BREAK, ' ').replaceAll(CONTROLS, ''));
}

/**
 * The same for an email or a website, which has no words. Control characters, and invisible characters around
 * it, are removed.
 */
export function cleanAddress(text: string): string {
  return withoutInvisibleEdges(text.replaceAll(CONTROLS, '').toWellFormed());
}

/**
 * The same for a phone, whose groups of digits count as words. If it was copied, it often has direction marks
 * around it.
 */
export function cleanPhone(text: string): string {
  return withoutInvisibleEdges(cleanLine(text));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts text at a grapheme boundary to at most `length` UTF-16 code units. Zoho may count characters instead,
 * but there are never more of them, so the text always fits.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const boundary = graphemes.segment(text).containing(length)?.index ?? 0;
  if (boundary > 0) return text.slice(0, boundary).trimEnd();
  // One grapheme may be longer than the field (a letter with many marks). Then only surrogate pairs stay
  // whole.
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
