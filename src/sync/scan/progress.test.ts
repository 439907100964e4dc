import { expect, test } from 'vitest';
import { shareBehind } from './progress.ts';

test.each([
  ['00000000-0000-4000-8000-000000000000', 0],
  ['80000000-0000-4000-8000-000000000000', 0.5],
  ['c0000000-0000-4000-8000-000000000000', 0.75],
  ['ffffffff-ffff-4fff-bfff-ffffffffffff', 1],
])('the share of ids up to %s is %s', (id, share) => {
  expect(shareBehind(id)).toBeCloseTo(share, 6);
});

test('the share is unknown before the first id, and in a list that does not ascend', () => {
  expect(shareBehind(null)).toBeUndefined();
});
