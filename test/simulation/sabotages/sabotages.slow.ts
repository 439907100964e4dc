import { afterAll, expect, test } from 'vitest';
import { named } from './all.ts';
import { BrokenEngine } from './broken-engine.ts';
import { findSabotage } from './find-sabotage.ts';

const engine = new BrokenEngine();
afterAll(() => engine.remove());

/** Some of each theme, each found within a few seconds. `npm run sabotage` tries all. */
const SOME = [
  'an older webhook is accepted',
  '200 before the commit',
  'a newer put is lost',
  'a failed call fails its rows',
  'the answers of a batch in the wrong order',
  'an erasure leaves the contact',
  'the heritage is forgotten',
  'a time without serve is no gap',
];

test.each(SOME)('the simulation finds it: %s', { timeout: 600_000 }, async (name) => {
  const { sentence } = await findSabotage(named(name), { engine, seconds: 20, started: () => {} });
  expect(sentence).toEqual(expect.any(String));
});
