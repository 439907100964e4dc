import { expect, test } from 'vitest';
import { StoreError } from '../../errors.ts';
import { isRefusedUntried, isTrouble } from './store-standing.ts';

type Kind = StoreError['kind'];
const failure = (kind: Kind) => new StoreError(kind, 'x', { hint: 'x' });

test.each<[Kind, number, boolean]>([
  ['busy', 0, false],
  ['busy', 1_999, false],
  ['busy', 2_000, true],
  ['full', 0, true],
  ['read_only', 0, true],
  ['broken', 0, true],
])('a write that fails as %s after %i ms predicts that the next ones fail: %s', (kind, tookMs, trouble) => {
  expect(isTrouble(failure(kind), tookMs)).toBe(trouble);
});

test.each<[Kind, 'sqlite' | 'postgres', boolean]>([
  ['busy', 'sqlite', true],
  ['busy', 'postgres', true],
  ['full', 'sqlite', false],
  ['full', 'postgres', false],
  ['read_only', 'sqlite', false],
  ['broken', 'sqlite', false],
  ['broken', 'postgres', true],
])('while a store is %s on %s, webhooks are refused without a try: %s', (kind, engine, refused) => {
  expect(isRefusedUntried(failure(kind), engine)).toBe(refused);
});
