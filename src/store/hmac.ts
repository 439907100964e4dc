import { hash } from 'node:crypto';

/** Block size of SHA-256 in bytes (RFC 2104). */
const BLOCK = 64;
const DIGEST = 32;
/** Bytes of text that fit into a prepared buffer. Most identities are far smaller. */
const KEPT = 64 * 1024;

/**
 * HMAC-SHA-256 under a key, as 22 characters. It is made of two plain hashes (RFC 2104), because an Hmac
 * object of Node costs more than the hash itself, and a scan computes one for every identity.
 * @param key 64 bytes at most
 */
export function hmacUnder(key: Uint8Array): (text: string) => string {
  const inner = padded(key, 0x36);
  const outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(DIGEST)]);
  const kept = Buffer.concat([inner, Buffer.alloc(KEPT)]);
  return (text) => {
    // In UTF-8 a UTF-16 unit takes three bytes at most.
    const most = text.length * 3;
    const message = most <= KEPT ? kept : Buffer.concat([inner, Buffer.alloc(most)]);
    const end = BLOCK + message.write(text, BLOCK);
    outer.set(hash('sha256', message.subarray(0, end), 'buffer'), BLOCK);
    return hash('sha256', outer, 'base64url').slice(0, 22);
  };
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  return Uint8Array.from({ length: BLOCK }, (_, index) => pad ^ (key[index] ?? 0));
}
