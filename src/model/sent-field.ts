/**
 * What the ledger remembers of a field that was sent: an HMAC of the value, and before it a sign where the field is to be
 * sent again. No HMAC begins with such a sign: they are base64url.
 */
export type SentField = string;
export type SentFields = { readonly [field: string]: SentField };

/** Sent once, and to be sent again. */
export const EXPIRED = '!';

/** To be sent again: a call that was never answered may have written another value since. */
const IN_DOUBT = '?';

/** The HMAC of what was last sent, as far as is known, whether it is to be sent again or not. */
export function lastSent(sent: SentField): string {
  return sent.startsWith(EXPIRED) || sent.startsWith(IN_DOUBT) ? sent.slice(1) : sent;
}

/** Whether a call that was never answered may have written another value. */
export function isSentInDoubt(sent: SentField | undefined): boolean {
  return sent?.startsWith(IN_DOUBT) === true;
}

/** Remembers of these fields that a call without an answer may have written them. */
export function withSentInDoubt(sent: SentFields, fields: readonly string[]): SentFields {
  const inDoubt = fields.map((name) => [name, `${IN_DOUBT}${lastSent(sent[name] ?? '')}`]);
  return { ...sent, ...Object.fromEntries(inDoubt) };
}
