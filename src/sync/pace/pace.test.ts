import { describe, expect, test } from 'vitest';
import type { PauseReason } from '../../model/pause.ts';
import {
  batchLimitOf,
  halved,
  isOwnerWaitOver,
  isPoison,
  isTooLate,
  laterMs,
  mayStartRound,
  pauseMs,
  poisonMs,
} from './pace.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each<[string, number, number, number, boolean]>([
  ['nothing due', 0, 0, 0, false],
  ['one row and no call under way: at once', 1, 0, 0, true],
  ['one fresh row while a call is under way waits', 1, 999, 1, false],
  ['until it has been due for a second', 1, 1_000, 1, true],
  ['or until a batch is full', 100, 0, 1, true],
  ['99 rows are not a full batch', 99, 0, 1, false],
  ['never beyond the concurrency', 100, 5_000, 5, false],
])('Rule 15: %s', (_says, rows, oldestMs, underWay, may) => {
  expect(mayStartRound({ rows, oldestMs }, underWay, 5)).toBe(may);
});

describe('Rule 13: how long the connection pauses', () => {
  test.each<[PauseReason, number, number | undefined, number]>([
    ['network', 1, undefined, SECOND],
    ['network', 2, undefined, 2 * SECOND],
    ['network', 4, undefined, 8 * SECOND],
    ['network', 5, undefined, 10 * SECOND],
    ['network', 60, undefined, 10 * SECOND],
    ['network', 61, undefined, MINUTE],
    ['network', 5_000, undefined, 2 * MINUTE],
    ['rate_limit', 5_000, undefined, 10 * SECOND],
    ['zoho_unavailable', 2, undefined, 2 * SECOND],
    ['rate_limit', 1, 30 * SECOND, 30 * SECOND],
    ['rate_limit', 5, SECOND, 10 * SECOND],
    ['credits', 1, undefined, 15 * MINUTE],
    ['credits', 9, undefined, 15 * MINUTE],
    ['token_throttled', 1, undefined, 10 * MINUTE],
    ['token_throttled', 1, 12 * MINUTE, 12 * MINUTE],
    ['scope', 3, undefined, MINUTE],
    ['no_permission', 1, undefined, SECOND],
    ['no_permission', 9, undefined, MINUTE],
    ['invalid_module', 61, undefined, 5 * MINUTE],
    ['request_refused', 3, undefined, 4 * SECOND],
    ['invalid_url', 3, undefined, MINUTE],
    ['ory_id_field', 3, undefined, MINUTE],
  ])('%s, failure %i, Retry-After %s ms: %i ms', (reason, failures, waitMs, expected) => {
    expect(pauseMs(reason, failures, waitMs)).toBe(expected);
  });
});

test('Rule 13: "later" backs off exponentially with jitter, up to an hour and a quarter', () => {
  expect(laterMs(0, 0)).toBe(22_500);
  expect(laterMs(0, 1)).toBe(37_500);
  expect(laterMs(3, 0.5)).toBe(4 * MINUTE);
  expect(laterMs(5_000, 1)).toBe(1.25 * HOUR);
});

test.each<[string, number | null, boolean]>([
  ['a record that was never put off is not late', null, false],
  ['7 days are not too late', DAY, false],
  ['more are', DAY - 1, true],
])('Rule 13: %s', (_says, since, late) => {
  expect(isTooLate(since, 8 * DAY)).toBe(late);
});

test.each<[string, number | null, boolean]>([
  ['not waiting', null, false],
  ['15 minutes are within the limit', HOUR - 15 * MINUTE, false],
  ['more are not', HOUR - 15 * MINUTE - 1, true],
])('Rule 21: waiting for the owner, %s', (_says, since, over) => {
  expect(isOwnerWaitOver(since, HOUR)).toBe(over);
});

describe('Rule 14: poison', () => {
  test.each<[number, number, number]>([
    [0, 100, 100],
    [1, 100, 100],
    [2, 100, 50],
    [2, 25, 25],
    [0, 1, 1],
  ])('%i strikes and a limit of %i: batches of at most %i', (strikes, batch_limit, expected) => {
    expect(batchLimitOf({ strikes, batchLimit: batch_limit })).toBe(expected);
  });

  test.each([
    [100, 50],
    [3, 1],
    [2, 1],
    [1, 1],
  ])('a batch of %i halves to %i', (size, half) => {
    expect(halved(size)).toBe(half);
  });

  test.each<[string, number, number | null, boolean]>([
    ['10 strikes over an hour', 10, 0, true],
    ['10 strikes in less', 10, 1, false],
    ['9 strikes over an hour', 9, 0, false],
    ['no strike', 0, null, false],
  ])('%s: %s, since %s -> %s', (_says, strikes, first_strike_at, expected) => {
    expect(isPoison({ strikes, firstStrikeAt: first_strike_at }, HOUR)).toBe(expected);
  });

  test('alone, it is tried less and less often, in the end every 10 minutes', () => {
    expect([2, 3, 9, 10, 5_000].map(poisonMs)).toEqual([4_000, 8_000, 512_000, 600_000, 600_000]);
  });
});
