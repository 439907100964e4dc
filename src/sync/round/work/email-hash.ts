/**
 * The hash under which the ledger knows an email without storing it.
 * @param hmac the HMAC function of the store
 * @param key the email, trimmed and lower-cased
 */
export function emailHash(hmac: (text: string) => string, key: string): string {
  return hmac(`email\n${key}`);
}
