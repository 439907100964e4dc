import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RepeatedLines, kindOfLine } from './repeated-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;

function aLog() {
  const written: string[] = [];
  const repeats = new RepeatedLines();
  const say = (message: string, times = 1) => {
    for (let n = 0; n < times; n += 1) {
      repeats.take(kindOfLine(40, {}, message), ({ repeated = '' }) =>
        written.push(`${message} ${String(repeated)}`.trim()),
      );
    }
  };
  return { written, repeats, say };
}

test('an endlessly repeated line is written at once, and then once a minute with a count', () => {
  const { written, say } = aLog();
  say('away', 55);
  expect(written).toEqual(['away']);
  vi.advanceTimersByTime(MINUTE);
  expect(written).toEqual(['away', 'away 54']);
  say('away', 10);
  vi.advanceTimersByTime(MINUTE);
  expect(written).toEqual(['away', 'away 54', 'away 10']);
});

test('two lines that alternate are counted separately', () => {
  const { written, say } = aLog();
  for (let n = 0; n < 10; n += 1) for (const message of ['zoho', 'ory']) say(message);
  vi.advanceTimersByTime(MINUTE);
  expect(written).toEqual(['zoho', 'ory', 'zoho 9', 'ory 9']);
});

test('after a quiet minute a line is new again', () => {
  const { written, say } = aLog();
  say('away');
  vi.advanceTimersByTime(2 * MINUTE);
  say('away');
  expect(written).toEqual(['away', 'away']);
});

test('a line is new after its end was reported, and the held-back count is written before', () => {
  const { written, say, repeats } = aLog();
  say('away', 3);
  repeats.startAnew();
  say('away');
  expect(written).toEqual(['away', 'away 2', 'away']);
});

test.each([
  [{ reason: 'network', for_ms: 1_000 }, { reason: 'network', for_ms: 2_000 }, true],
  [{ trigger_id: 'a', code: 'empty_body' }, { trigger_id: 'b', code: 'empty_body' }, true],
  [{ reason: 'network' }, { reason: 'rate_limit' }, false],
])('%j and %j say the same: %s', (left, right, same) => {
  expect(kindOfLine(40, left, 'x') === kindOfLine(40, right, 'x')).toBe(same);
});

test('a line about an identity is always written, because each failure is reported', () => {
  expect(kindOfLine(40, { identity_id: 'a' }, 'x')).toBeUndefined();
});
