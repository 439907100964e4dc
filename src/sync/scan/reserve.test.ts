import { expect, test } from 'vitest';
import { Reserve } from './reserve.ts';

const MINUTE = 60_000;

test.each([
  ['nothing is said while more than half is left', undefined, undefined, false],
  ['just below half', 24_900, 25_000, false],
  ['a fifth of the day is left', 10_000, 25_000, false],
  ['less than a fifth', 9_999, 25_000, true],
  ['nothing', 0, 25_000, true],
])('rule 29: %s', (_what, creditsRemaining, creditsHalf, reached) => {
  expect(new Reserve().isReached({ creditsRemaining, creditsHalf }, 0)).toBe(reached);
});

test('after a quarter of an hour without news a scan may try again', () => {
  const reserve = new Reserve();
  const said = (creditsRemaining: number) => ({ creditsRemaining, creditsHalf: 1_000 });
  expect(reserve.isReached(said(100), 0)).toBe(true);
  expect(reserve.isReached(said(90), 14 * MINUTE)).toBe(true);
  expect(reserve.isReached(said(90), 28 * MINUTE)).toBe(true);
  expect(reserve.isReached(said(90), 30 * MINUTE)).toBe(false);
  expect(reserve.isReached(said(89), 30 * MINUTE)).toBe(true);
});
