import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { World } from '../../model/world.ts';

/**
 * Encrypts access tokens in the store (AES-256-GCM). The key is derived from the client secret, which is not
 * in the store, so a copy of the store gives no access to the CRM.
 */
export interface TokenSeal {
  seal(token: string): string;
  /** Undefined if the text was sealed with another client secret, or was altered. */
  open(sealed: string): string | undefined;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** @param key the token's row, so that a sealed token works in no other row */
export function createTokenSeal(clientSecret: string, key: string, world: Pick<World, 'bytes'>): TokenSeal {
  const secret = Buffer.from(hkdfSync('sha256', clientSecret, key, 'ory-zoho access token', 32));
  return {
    seal(token) {
      const iv = world.bytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', secret, iv);
      const text = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      try {
        const options = { authTagLength: TAG_BYTES };
        const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, IV_BYTES), options);
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const text = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
        return Buffer.concat(text).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
