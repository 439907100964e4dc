import { expect, test } from 'vitest';
import { intervalMs } from './interval.ts';

test.each([
  ['0', 0],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['6h', 21_600_000],
  ['2d', 172_800_000],
  ['0h', 0],
  ['24', undefined],
  ['1.5h', undefined],
  ['-1h', undefined],
  ['6 h', undefined],
  ['never', undefined],
])('%j is %s ms', (text, ms) => {
  expect(intervalMs(text)).toBe(ms);
});
