import { expect, test } from 'vitest';
import { isScanDue } from './empty-bodies.ts';

const NOTHING = { count: 3, lastAt: 1, sinceMs: null, quietMs: null, gap: false, restMs: 0 };
const S = 1_000;

test.each([
  ['none has come since the last scan', {}, false],
  ['the first has just come', { sinceMs: 0, quietMs: 0 }, false],
  ['the burst goes on', { sinceMs: 39 * S, quietMs: 9 * S }, false],
  ['the burst is over', { sinceMs: 39 * S, quietMs: 10 * S }, true],
  ['a single one came', { sinceMs: 10 * S, quietMs: 10 * S }, true],
  ['they come in a stream', { sinceMs: 40 * S, quietMs: 0 }, true],
  ['a scan was just made because of others', { sinceMs: 60 * S, quietMs: 60 * S, restMs: 1 }, false],
  ['the rest after it is over', { sinceMs: 600 * S, quietMs: 60 * S, restMs: -1 }, true],
  ['a gap is open because of others', { sinceMs: 60 * S, quietMs: 60 * S, gap: true }, false],
])('%s: a scan is due: %s', (_what, change, due) => {
  expect(isScanDue({ ...NOTHING, ...change })).toBe(due);
});
