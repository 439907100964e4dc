/**
 * Text without any visible character. It has only white space, control characters, invisible marks
 * (zero-width space, direction marks, Hangul fillers, everything that is "default ignorable" in Unicode) and
 * the empty Braille pattern.
 */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const BLANK_START = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]+/u;

export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/**
 * The text without invisible characters before it and white space after it. Invisible marks at the end stay,
 * because one of them turns the character before it into an emoji.
 */
export function withoutBlankEdges(text: string): string {
  return text.replace(BLANK_START, '').trimEnd();
}

/** The text without invisible characters at both ends, for text in which such marks mean nothing. */
export function withoutInvisibleEdges(text: string): string {
  const rest = text.replace(BLANK_START, '');
  let end = rest.length;
  // A regular expression that is bound to the end would take quadratic time for blanks in the middle.
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
