import type { VariableName } from './variables.ts';

/** Sent as they are, as tokens of printable ASCII: Zoho and Ory issue no others. */
const TOKENS: ReadonlySet<VariableName> = new Set([
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
  'ORY_PROJECT_API_KEY',
  'ORY_WORKSPACE_API_KEY',
]);
/** Chosen by the operator, and received in a header, which carries no other control character than a tab. */
const HEADER_TEXTS: ReadonlySet<VariableName> = new Set([
  'ORY_WEBHOOK_SECRET',
  'ORY_WEBHOOK_SECRET_PREVIOUS',
  'METRICS_TOKEN',
]);

/** HTTP takes these off the ends of a header's value (RFC 9110, "Field Values"), and no other value needs them there. */
const OUTER_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const LAST_LINE_END = /[\r\n]+$/;
const UNSEEN_AT_AN_END = /^[\s\p{Cf}]|[\s\p{Cf}]$/u;

/**
 * A value without the blanks around it that cannot be meant: the new line at the end of a file, or what was copied with it.
 * A path keeps its blanks, as a file's name may have them; only the end of its line goes.
 */
export function trimmedValue(name: VariableName, value: string): string {
  return isPath(name, value) ? value.replace(LAST_LINE_END, '') : value.replaceAll(OUTER_BLANKS, '');
}

/**
 * What makes a value unfit to be sent or opened, as the end of a sentence that begins with its name; it never repeats the
 * value. Undefined: nothing.
 */
export function formFault(name: VariableName, value: string): string | undefined {
  if (TOKENS.has(name) && !/^[!-~]*$/.test(value)) {
    return 'has a blank, a new line or a character beyond ASCII in it, which no such value has';
  }
  if (HEADER_TEXTS.has(name) && hasControl(value)) {
    return 'has a new line or another control character in it, which no header carries';
  }
  if ((HEADER_TEXTS.has(name) || isPath(name, value)) && UNSEEN_AT_AN_END.test(value)) {
    return 'begins or ends with a blank or a character that cannot be seen';
  }
  return undefined;
}

function isPath(name: VariableName, value: string): boolean {
  return name === 'ORY_ZOHO_MAPPING' || (name === 'DATABASE_URL' && /^\s*sqlite:/.test(value));
}

function hasControl(value: string): boolean {
  return Array.from(value, (character) => character.codePointAt(0) ?? 0).some(
    (code) => (code < 0x20 && code !== 0x09) || code === 0x7f,
  );
}
