import { expect, test } from 'vitest';
import { waitingTime } from './duration.ts';

test.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [120, '2 min'],
  [12_000, '3 h 20 min'],
])('%s seconds are %s', (seconds, text) => {
  expect(waitingTime(seconds)).toBe(text);
});
