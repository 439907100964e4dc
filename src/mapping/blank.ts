/**
 * Text in which nobody sees anything: white space, control characters, invisible marks (zero-width space, direction
 * marks, Hangul fillers, all "default ignorable" in Unicode) and the empty Braille pattern.
 */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const BLANK_START = /^[\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]+/u;

export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/**
 * The text without what is invisible before it and without white space after it. Invisible marks at the end stay:
 * one of them makes an emoji of the character before it.
 */
export function withoutBlankEdges(text: string): string {
  return text.replace(BLANK_START, '').trimEnd();
}
