import { expect, it } from 'vitest';
import { NODE_WORLD } from '../../node-world.ts';
import { createTokenSeal } from './seal-token.ts';

const seal = createTokenSeal('secret', 'row', NODE_WORLD);

it('opens what it sealed, and the sealed text reveals nothing', () => {
  const sealed = seal.seal('1000.token');
  expect(sealed).not.toContain('1000.token');
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('token');
  expect(seal.open(sealed)).toBe('1000.token');
  expect(seal.seal('1000.token')).not.toBe(sealed);
});

it('opens nothing that was altered or sealed with another client secret or row', () => {
  const sealed = seal.seal('1000.token');
  expect(createTokenSeal('other', 'row', NODE_WORLD).open(sealed)).toBeUndefined();
  expect(createTokenSeal('secret', 'other', NODE_WORLD).open(sealed)).toBeUndefined();
  for (const altered of [
    '',
    'AAAA',
    sealed.slice(0, -4),
    `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`,
  ]) {
    expect(seal.open(altered)).toBeUndefined();
  }
});
