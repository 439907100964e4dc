import { expect, test } from 'vitest';
import { EVENTS, moreTelling, priorityOf, webhookEvent } from './event.ts';

test.each([
  ['registration', 'registration'],
  ['recovery', 'recovery'],
  ['', 'settings'],
  ['unheard of', 'settings'],
  // A webhook must not pass as one of our own events: a backfill runs no workflows and is delivered last.
  ['backfill', 'settings'],
  ['sync', 'settings'],
])('a webhook with the event %j counts as %s', (word, event) => {
  expect(webhookEvent(word)).toBe(event);
});

test('rule 4: webhooks go first, then sync, reconcile and backfill', () => {
  expect(EVENTS.map(priorityOf)).toEqual([0, 0, 0, 0, 0, 1, 2, 3]);
});

test('rule 6: the more telling of two events stays, in either order', () => {
  expect(moreTelling('backfill', 'registration')).toBe('registration');
  expect(moreTelling('registration', 'backfill')).toBe('registration');
  expect(moreTelling('login', 'login')).toBe('login');
});

test('the more telling of two events never has less priority', () => {
  for (const left of EVENTS) {
    for (const right of EVENTS) {
      const least = Math.min(priorityOf(left), priorityOf(right));
      expect(priorityOf(moreTelling(left, right))).toBe(least);
    }
  }
});
