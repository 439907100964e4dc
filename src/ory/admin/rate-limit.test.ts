import { expect, test } from 'vitest';
import { restMsOf, waitMsOf } from './rate-limit.ts';

const NOW = Date.UTC(2026, 1, 8, 14, 16, 41);

test.each([
  [{}, undefined],
  [{ 'x-ratelimit-reset': '7' }, 7_000],
  [{ 'retry-after': '3' }, 3_000],
  [{ 'x-ratelimit-reset': '1', 'retry-after': '30' }, 30_000],
  [{ 'x-ratelimit-reset': '0' }, 0],
  [{ 'retry-after': 'Sun, 08 Feb 2026 14:16:51 GMT' }, 10_000],
  [{ 'retry-after': 'Sun, 08 Feb 2026 14:16:31 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'x-ratelimit-reset': '-1' }, undefined],
  [{ 'x-ratelimit-reset': '1770560201' }, 300_000],
])('%j asks to wait %s ms', (headers, expected) => {
  expect(waitMsOf(headers, NOW)).toBe(expected);
});

test.each([
  [{}, 0],
  [{ 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': '7' }, 0],
  [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '7' }, 7_000],
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' }, 7_000],
  [{ 'x-ratelimit-remaining': 'few', 'x-ratelimit-reset': '7' }, 0],
  [{ 'x-ratelimit-remaining': '0' }, 0],
])('after %j a scan waits %s ms', (headers, expected) => {
  expect(restMsOf(headers, NOW)).toBe(expected);
});
