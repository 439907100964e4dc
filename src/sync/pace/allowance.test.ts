import { expect, test } from 'vitest';
import { Allowance, CREDITS_A_DAY_IN_A_PAUSE } from './allowance.ts';

const DAY = 24 * 60 * 60 * 1_000;

test.each([1, 3, 12, 40, 100])('Rule 13: a day of tries that cost %i credits each is bounded', (cost) => {
  const allowance = new Allowance(0);
  let used = 0;
  for (let now = 0; now < DAY; now += Math.max(1_000, allowance.waitMs(now))) {
    allowance.spend(cost, now);
    used += cost;
  }
  expect(used).toBeGreaterThan(2_250);
  expect(used).toBeLessThanOrEqual(CREDITS_A_DAY_IN_A_PAUSE);
});

test('the first tries do not wait', () => {
  const allowance = new Allowance(0);
  allowance.spend(250, 0);
  expect(allowance.waitMs(0)).toBe(0);
  allowance.spend(1, 0);
  expect(allowance.waitMs(0)).toBe(Math.ceil(DAY / 2_100));
});

test('a try may come early while enough is left', () => {
  const allowance = new Allowance(0);
  allowance.spend(230, 0);
  expect(allowance.allowsEarly(0)).toBe(true);
  allowance.spend(1, 0);
  expect(allowance.allowsEarly(0)).toBe(false);
  expect(allowance.allowsEarly(DAY)).toBe(true);
});
