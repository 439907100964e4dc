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
