import { expect, test } from 'vitest';
import { RepeatedNotes } from './repeated-notes.ts';

test('what comes again and again is said once a minute, with how often it came', () => {
  const notes = new RepeatedNotes();
  const away = (seconds: number) => `Zoho: connect ECONNREFUSED. Trying again in ${seconds} s.`;
  expect([0, 5_000, 20_000].map((at) => notes.take(away(1 + at / 1_000), at))).toEqual([
    away(1),
    undefined,
    undefined,
  ]);
  expect(notes.take('Ory: unknown host. Trying again in 1 s.', 30_000)).toBeDefined();
  expect(notes.take(away(60), 61_000)).toBe(`${away(60)} (2 more since it was last shown)`);
  expect(notes.take(away(60), 180_000)).toBe(away(60));
});
