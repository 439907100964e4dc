import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { PauseReason } from '../model/pause.ts';
import { logReports } from './log-reports.ts';

const [WARN, ERROR] = [40, 50];

/** A log, its lines, and a clock. */
function aLog() {
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const clock = { now: 0 };
  const report = logReports(pino({ base: null }, stream), () => clock.now);
  const pause = (reason: PauseReason) => report({ what: 'paused', reason, message: 'why', ms: 10_000 });
  return { lines, clock, report, pause };
}

test('a dead connection is an error line each minute, however often it is probed', () => {
  const { lines, clock, pause } = aLog();
  for (clock.now = 0; clock.now < 150_000; clock.now += 10_000) pause('token_dead');
  expect(lines).toMatchObject(Array.from({ length: 3 }, () => ({ level: ERROR, reason: 'token_dead' })));
});

test('other pauses that need a person are errors too, and temporary ones are a warning each time', () => {
  const { lines, pause } = aLog();
  pause('scope');
  pause('network');
  pause('network');
  expect(lines.map(({ level }) => level)).toEqual([ERROR, WARN, WARN]);
});

test('a connection that dies again after it came back, or for another reason, is reported at once', () => {
  const { lines, report, pause } = aLog();
  pause('token_dead');
  report({ what: 'resumed' });
  pause('token_dead');
  pause('scope');
  expect(lines.map(({ reason }) => reason)).toEqual(['token_dead', undefined, 'token_dead', 'scope']);
});
