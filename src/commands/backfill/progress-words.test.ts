import { expect, test } from 'vitest';
import { dryRunLine, outcomeLines, progressLine, shareOf } from './progress-words.ts';
import { retryNote } from '../parts/report-notes.ts';

const OUTCOMES = { created: 20_000, updated: 500, unchanged: 4_000, skipped: 200, failed: 2 };

test('the line of progress has all that somebody waits for', () => {
  const progress = { outcomes: OUTCOMES, reasons: [], waiting: 298, share: 0.25 };
  const pace = { seconds: 10, identities: 25_000, shareBefore: 0, credits: 2_050 };
  expect(progressLine(progress, pace)).toBe(
    '25,000 read (25 %) · 20,500 delivered · 4,000 unchanged · 200 skipped · 2 failed · 2,500/s · 30 s left · 2,050 credits',
  );
});

test('a dry run tells what would be done', () => {
  const read = 24_702;
  const pace = { seconds: 10, identities: read, shareBefore: 0, credits: 500 };
  expect(dryRunLine({ outcomes: OUTCOMES, read, share: 0.5 }, pace)).toBe(
    '24,702 read (50 %) · 20,000 to create · 500 to update · 4,000 unchanged · 200 skipped · 2 failed · 2,470/s · 10 s left · 500 credits',
  );
});

test.each([
  ['no limit: the share of the ids', 0.4, 300, null, 0.4],
  ['a limit that comes first: the share of the limit', 0.01, 300, 1_000, 0.3],
  ['a limit nobody reaches: the share of the ids', 0.9, 300, 1_000, 0.9],
  ['ids that tell nothing', undefined, 300, 1_000, 0.3],
  ['more than the limit', undefined, 1_001, 1_000, 1],
])('%s', (_what, share, read, limit, expected) => {
  expect(shareOf(share, read, limit)).toBe(expected);
});

test('a run that goes on measures from where it began this time', () => {
  const progress = { outcomes: OUTCOMES, reasons: [], waiting: 0, share: 0.6 };
  const pace = { seconds: 10, identities: 1_000, shareBefore: 0.5, credits: 0 };
  expect(progressLine(progress, pace)).toContain('100/s · 40 s left');
});

test('nothing is promised where nothing is known', () => {
  const progress = { outcomes: OUTCOMES, reasons: [], waiting: 0, share: undefined };
  const line = progressLine(progress, { seconds: 0, identities: 0, shareBefore: 0, credits: 0 });
  expect(line).not.toContain('left');
  expect(line).not.toContain('%');
});

test('what was skipped or failed is told by reason, the most frequent first', () => {
  const reasons = [
    { outcome: 'skipped', reason: 'no_email', n: 50 },
    { outcome: 'skipped', reason: 'when', n: 150 },
    { outcome: 'failed', reason: 'zoho_invalid_data', n: 2 },
  ] as const;
  expect(outcomeLines({ outcomes: OUTCOMES, reasons })).toEqual([
    '  created   20,000',
    '  updated      500',
    '  unchanged  4,000',
    '  skipped      200   when 150, no_email 50',
    '  failed         2   zoho_invalid_data 2',
  ]);
});

test('what still waits stands below', () => {
  expect(outcomeLines({ outcomes: OUTCOMES, reasons: [], waiting: 3_500 }).at(-1)).toBe('  waiting    3,500');
});

test.each([
  ['connect ECONNREFUSED 127.0.0.1:80', 'Ory: connect ECONNREFUSED 127.0.0.1:80. Trying again in 2 s.'],
  ['It is down.', 'Ory: It is down. Trying again in 2 s.'],
])('%s: whoever waits is told how long', (message, note) => {
  expect(retryNote('Ory', message, 2_000)).toBe(note);
});
