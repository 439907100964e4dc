/**
 * By which the ledger knows an email without holding it.
 * @param hmac the store's
 * @param key the email, trimmed and lower-cased
 */
export function emailHash(hmac: (text: string) => string, key: string): string {
  return hmac(`email\n${key}`);
}
