import { expect, test } from 'vitest';
import { TurnedAway } from './turned-away.ts';

const MINUTE = 60_000;

test('webhooks that were turned away are reported once, when Ory has given them up', () => {
  const away = new TurnedAway();
  expect(away.areForgotten(10 * MINUTE)).toBe(false);
  away.note(10 * MINUTE);
  expect(away.areForgotten(11 * MINUTE)).toBe(false);
  expect(away.areForgotten(13 * MINUTE)).toBe(true);
  away.clear();
  expect(away.areForgotten(13 * MINUTE)).toBe(false);
});

test('while more are turned away, a scan would only add work', () => {
  const away = new TurnedAway();
  for (let minute = 0; minute < 10; minute += 1) {
    away.note(minute * MINUTE);
    expect(away.areForgotten((minute + 1) * MINUTE)).toBe(false);
  }
});
