import { expect, test } from 'vitest';
import type { Report } from '../../model/report.ts';
import { ReadsPause, WRONG_PROJECT } from './reads-pause.ts';

const NETWORK: Report = { what: 'reads_paused', reason: 'network', message: 'no answer', ms: 5_000 };
const WRONG: Report = { what: 'reads_paused', ...WRONG_PROJECT };
const ANSWERED: Report = { what: 'reads_answered', confirmed: false };
const CONFIRMED: Report = { what: 'reads_answered', confirmed: true };

function aPause() {
  let now = 0;
  const told: Report[] = [];
  const pause = new ReadsPause(() => now);
  const hear = pause.tellingOnce((report) => told.push(report));
  return {
    pause,
    told,
    hear: (...reports: Report[]) => reports.forEach(hear),
    pass: (ms: number) => (now += ms),
  };
}

test('a pause and its end are reported once, however many batches meet it', () => {
  const { told, hear } = aPause();
  hear(ANSWERED, NETWORK, NETWORK, NETWORK, ANSWERED, ANSWERED, NETWORK);
  expect(told).toEqual([NETWORK, ANSWERED, NETWORK]);
});

test('another reason is reported', () => {
  const { told, hear } = aPause();
  hear(NETWORK, WRONG, NETWORK);
  expect(told).toEqual([NETWORK, WRONG, NETWORK]);
});

test('an answer does not prove the right project', () => {
  const { pause, told, hear } = aPause();
  hear(WRONG, ANSWERED);
  expect(pause.health?.reason).toBe('wrong_ory_project');
  hear(WRONG, CONFIRMED);
  expect(pause.health).toBeNull();
  expect(told).toEqual([WRONG, CONFIRMED]);
});

test('each try moves the time of the next one, and a pause that no read meets any more is over', () => {
  const { pause, hear, pass } = aPause();
  hear(NETWORK);
  pass(4_000);
  hear(NETWORK);
  expect(pause.health?.until).toBe(9_000);
  pass(60_000);
  expect(pause.health).not.toBeNull();
  pass(120_000);
  expect(pause.health).toBeNull();
});

test('all other reports pass', () => {
  const { told, hear } = aPause();
  const other: Report = { what: 'resumed' };
  hear(NETWORK, other, other);
  expect(told).toEqual([NETWORK, other, other]);
});
