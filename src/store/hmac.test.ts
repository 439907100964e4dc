import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hmacUnder } from './hmac.ts';

test('equals Node’s own HMAC for any text, whatever was hashed before', () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
  const hmac = hmacUnder(key);
  for (const text of [
    'a longer text',
    '',
    'a',
    'ü 你 😀',
    '\ud800 \u0000',
    'x'.repeat(300_000),
    'after it',
  ]) {
    const expected = createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
    expect(hmac(text)).toBe(expected);
  }
});
