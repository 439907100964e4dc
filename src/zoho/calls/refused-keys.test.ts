import { expect, it } from 'vitest';
import { RefusedKeys } from './refused-keys.ts';

const MINUTE = 60_000;

it('a refused key is asked for more and more rarely, and is forgotten once Zoho answers', () => {
  const keys = new RefusedKeys();
  const waits = [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440];
  let now = 0;
  for (const minutes of waits) {
    keys.add('ann@example.org', now);
    expect(keys.has('ann@example.org', now + minutes * MINUTE - 1)).toBe(true);
    now += minutes * MINUTE;
    expect(keys.has('ann@example.org', now)).toBe(false);
  }
  keys.add('ann@example.org', now);
  keys.delete(['bob@example.org']);
  expect(keys.has('ann@example.org', now)).toBe(true);
  keys.delete(['ann@example.org']);
  keys.add('ann@example.org', now);
  expect(keys.has('ann@example.org', now + 15 * MINUTE)).toBe(false);
});

it('a day of keys that are all refused costs a bounded number of queries', () => {
  const keys = new RefusedKeys();
  let queries = 0;
  for (let now = 0; now < 24 * 60 * MINUTE; now += MINUTE) {
    while (keys.maySearch(now)) {
      keys.spend(1);
      queries += 1;
    }
  }
  expect(queries).toBeLessThanOrEqual(600);
  expect(queries).toBeGreaterThan(590);
});

it('a refused key is not asked for again while no query is left for the search', () => {
  const keys = new RefusedKeys();
  keys.add('ann@example.org', 0);
  keys.spend(200);
  expect(keys.has('ann@example.org', 20 * MINUTE)).toBe(true);
  expect(keys.has('bob@example.org', 20 * MINUTE)).toBe(false);
  expect(keys.has('ann@example.org', 24 * 60 * MINUTE)).toBe(false);
});
