import type { VariableName } from './variables.ts';

/** These must be printable ASCII, because Zoho and Ory issue no other tokens. */
const TOKENS: ReadonlySet<VariableName> = new Set([
  'ZOHO_CLIENT_ID',
  'ZOHO_CLIENT_SECRET',
  'ZOHO_REFRESH_TOKEN',
  'ORY_PROJECT_API_KEY',
  'ORY_WORKSPACE_API_KEY',
]);
/**
 * The operator chooses these, and they arrive in a header. A header cannot have control characters other than
 * a tab.
 */
const HEADER_TEXTS: ReadonlySet<VariableName> = new Set([
  'ORY_WEBHOOK_SECRET',
  'ORY_WEBHOOK_SECRET_PREVIOUS',
  'METRICS_TOKEN',
]);

/**
 * HTTP removes these from the ends of a header's value (RFC 9110, "Field Values"), and no other value needs
 * them there.
 */
const OUTER_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const LAST_LINE_END = /[\r\n]+$/;
const UNSEEN_AT_AN_END = /^[\s\p{Cf}]|[\s\p{Cf}]$/u;

/**
 * The value without blanks around it. They are never meant: a file ends with a line break, or they were
 * copied along. A path keeps its blanks, because a file name may have them. It loses only the line break at
 * its end.
 */
export function trimmedValue(name: VariableName, value: string): string {
  return isPath(name, value) ? value.replace(LAST_LINE_END, '') : value.replaceAll(OUTER_BLANKS, '');
}

/**
 * Why a value cannot be sent or opened, as the end of a sentence that begins with its name. Never repeats the
 * value. Undefined if the value is fine.
 */
export function formFault(name: VariableName, value: string): string | undefined {
  if (TOKENS.has(name) && !/^[!-~]*$/.test(value)) {
    return 'contains a blank, a line break or a character beyond ASCII, which no valid value has';
  }
  if (HEADER_TEXTS.has(name) && hasControl(value)) {
    return 'contains a line break or another control character, which a header cannot carry';
  }
  if ((HEADER_TEXTS.has(name) || isPath(name, value)) && UNSEEN_AT_AN_END.test(value)) {
    return 'begins or ends with a blank or an invisible character';
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
