/**
 * What the ledger remembers of a field that was sent. It is an HMAC of the value. A sign before it means that
 * the field must be sent again. No HMAC begins with such a sign, because they are base64url.
 */
export type SentField = string;
export type SentFields = { readonly [field: string]: SentField };

/** The field was sent, and must be sent again. */
export const EXPIRED = '!';

/** The field must be sent again, because a call without an answer may have written another value. */
const IN_DOUBT = '?';

/** The HMAC of the value that was last sent, as far as we know, whether or not it must be sent again. */
export function lastSent(sent: SentField): string {
  return sent.startsWith(EXPIRED) || sent.startsWith(IN_DOUBT) ? sent.slice(1) : sent;
}

/** Whether a call without an answer may have written another value. */
export function isSentInDoubt(sent: SentField | undefined): boolean {
  return sent?.startsWith(IN_DOUBT) === true;
}

/** Notes that a call without an answer may have written these fields. */
export function withSentInDoubt(sent: SentFields, fields: readonly string[]): SentFields {
  const inDoubt = fields.map((name) => [name, `${IN_DOUBT}${lastSent(sent[name] ?? '')}`]);
  return { ...sent, ...Object.fromEntries(inDoubt) };
}
