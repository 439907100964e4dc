import { expect, test } from 'vitest';
import { Reserve } from './reserve.ts';

const MINUTE = 60_000;

const reserveOf = (half: number | null, keep: (half: number | null) => void = () => {}) =>
  new Reserve(half, keep);

test.each([
  ['Zoho sends nothing while more than half is left', undefined, undefined, false],
  ['just below half', 24_900, 25_000, false],
  ['a fifth of the day is left', 10_000, 25_000, false],
  ['less than a fifth', 9_999, 25_000, true],
  ['nothing', 0, 25_000, true],
])('rule 29: %s', (_what, creditsRemaining, creditsHalf, reached) => {
  expect(reserveOf(null).isReached({ creditsUsed: 1, creditsRemaining, creditsHalf }, 0)).toBe(reached);
});

test('after a quarter of an hour without a new value, a scan may try again', () => {
  const reserve = reserveOf(null);
  const said = (creditsRemaining: number) => ({ creditsUsed: 1, creditsRemaining, creditsHalf: 1_000 });
  expect(reserve.isReached(said(100), 0)).toBe(true);
  expect(reserve.isReached(said(90), 14 * MINUTE)).toBe(true);
  expect(reserve.isReached(said(90), 28 * MINUTE)).toBe(true);
  expect(reserve.isReached(said(90), 30 * MINUTE)).toBe(false);
  expect(reserve.isReached(said(89), 30 * MINUTE)).toBe(true);
});

test('a process that starts below half uses the value that another process got', () => {
  const kept: (number | null)[] = [];
  const reserve = reserveOf(25_000, (half) => kept.push(half));
  const said = { creditsUsed: 1, creditsRemaining: 9_000, creditsHalf: 9_500 };
  expect(reserve.isReached(said, 0)).toBe(true);
  expect(reserveOf(null).isReached(said, 0)).toBe(false);
  expect(kept).toEqual([]);
});

test('half is saved when it is first received, and deleted when Zoho stops sending the header', () => {
  const kept: (number | null)[] = [];
  const reserve = reserveOf(null, (half) => kept.push(half));
  reserve.isReached({ creditsUsed: 0, creditsRemaining: undefined, creditsHalf: undefined }, 0);
  reserve.isReached({ creditsUsed: 1, creditsRemaining: 25_000, creditsHalf: 25_000 }, 0);
  reserve.isReached({ creditsUsed: 2, creditsRemaining: 24_990, creditsHalf: 25_000 }, 0);
  reserve.isReached({ creditsUsed: 3, creditsRemaining: undefined, creditsHalf: undefined }, 0);
  expect(kept).toEqual([25_000, null]);
});
