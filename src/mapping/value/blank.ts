/**
 * Text in which nobody sees anything: white space, control characters, invisible marks (zero-width space,
 * direction marks, Hangul fillers, all "default ignorable" in Unicode) and the empty Braille pattern.
 */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const BLANK_START = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]+/u;

export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/**
 * The text without what is invisible before it and without white space after it. Invisible marks at the end
 * stay: one of them makes an emoji of the character before it.
 */
export function withoutBlankEdges(text: string): string {
  return text.replace(BLANK_START, '').trimEnd();
}

/** The text without what is invisible at either end: for text in which such a mark means nothing. */
export function withoutInvisibleEdges(text: string): string {
  const rest = text.replace(BLANK_START, '');
  let end = rest.length;
  // Not by a regular expression: one that is bound to the end takes quadratic time where blanks stand in the
  // middle.
  while (end > 0) {
    const start = isPair(rest, end) ? end - 2 : end - 1;
    if (!isBlank(rest.slice(start, end))) break;
    end = start;
  }
  return rest.slice(0, end);
}

function isPair(text: string, end: number): boolean {
  return end > 1 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(end - 2, end));
}
