import { describe, expect, it } from 'vitest';
import type { Concurrency } from './concurrency.ts';
import { answered, currentLimit, INITIAL_CONCURRENCY, tooMany } from './concurrency.ts';

const MINUTE = 60_000;

/** Applies this many answers while the limit is in use. */
function busy(state: Concurrency, answers: number, now: number): Concurrency {
  let after = state;
  for (let count = 0; count < answers; count += 1) after = answered(after, currentLimit(after, now), now);
  return after;
}

describe('the number of calls at once', () => {
  it('starts at 5 and grows by one each round trip, up to 25', () => {
    expect(currentLimit(INITIAL_CONCURRENCY, 0)).toBe(5);
    expect(currentLimit(busy(INITIAL_CONCURRENCY, 4, 0), 0)).toBe(5);
    expect(currentLimit(busy(INITIAL_CONCURRENCY, 5, 0), 0)).toBe(6);
    expect(currentLimit(busy(INITIAL_CONCURRENCY, 11, 0), 0)).toBe(7);
    expect(currentLimit(busy(INITIAL_CONCURRENCY, 1_000, 0), 0)).toBe(25);
  });

  it('does not grow while it is not used', () => {
    let state = INITIAL_CONCURRENCY;
    for (let count = 0; count < 100; count += 1) state = answered(state, 2, 0);
    expect(currentLimit(state, 0)).toBe(5);
  });

  it('is halved once for all 429s of a round trip', () => {
    const ten = busy(INITIAL_CONCURRENCY, 5 + 6 + 7 + 8 + 9, 0);
    const first = tooMany(ten, { number: 35, among: 10, next: 45 }, 0);
    expect(currentLimit(first, 0)).toBe(5);
    expect(currentLimit(tooMany(first, { number: 44, among: 10, next: 46 }, 0), 0)).toBe(5);
    expect(currentLimit(tooMany(first, { number: 45, among: 5, next: 50 }, 0), 0)).toBe(2);
  });

  it('stays below the number that failed and then rises by one a minute', () => {
    const six = busy(INITIAL_CONCURRENCY, 5, 0);
    const cut = tooMany(six, { number: 5, among: 6, next: 11 }, 0);
    expect(currentLimit(cut, 0)).toBe(3);
    expect(currentLimit(busy(cut, 1_000, 0), MINUTE - 1)).toBe(5);
    expect(currentLimit(busy(cut, 1_000, MINUTE), MINUTE)).toBe(6);
    expect(currentLimit(busy(cut, 1_000, 60 * MINUTE), 60 * MINUTE)).toBe(25);
  });

  it('never falls below 1', () => {
    let state = INITIAL_CONCURRENCY;
    for (let number = 0; number < 10; number += 1)
      state = tooMany(state, { number, among: 1, next: number + 1 }, 0);
    expect(currentLimit(state, 0)).toBe(1);
  });

  it('causes a 429 about once a minute at an org that allows 5, under full load, not every few seconds', () => {
    let state = INITIAL_CONCURRENCY;
    let number = 0;
    let failures = 0;
    for (let now = 0; now < 10 * MINUTE; now += 200) {
      const among = currentLimit(state, now);
      for (let call = 1; call <= among; call += 1) {
        number += 1;
        if (call <= 5) state = answered(state, among, now);
        else {
          failures += 1;
          state = tooMany(state, { number, among, next: number + 1 }, now);
        }
      }
    }
    expect(failures).toBeLessThanOrEqual(12);
    expect(currentLimit(state, 10 * MINUTE)).toBeGreaterThanOrEqual(3);
  });
});
