import { expect, test } from 'vitest';
import { tell } from './play.ts';
import { makeStory } from './story.ts';

const { SEED, MINUTES = '10' } = process.env;
/** A red run must tell of a change, so with a seed the number of stories is fixed. */
const STORIES_OF_A_SEED = 300;

test('no rule is broken in stories: those of SEED, or others in each run', {
  timeout: 3_600_000,
}, async () => {
  const first = SEED === undefined ? Date.now() % 1_000_000_000 : Number(SEED) * 1_000;
  const until = performance.now() + Number(MINUTES) * 60_000;
  const mayGoOn = (told: number) =>
    SEED === undefined ? performance.now() < until : told < STORIES_OF_A_SEED;
  const broken: string[] = [];
  let told = 0;
  for (; mayGoOn(told) && broken.length === 0; told += 1) {
    const { wrong } = await tell(makeStory(first + told));
    broken.push(
      ...wrong.map((one) => `npm run simulate -- --seed ${first + told} --shorten --trace: ${one}`),
    );
  }
  process.stdout.write(`${told} stories, from seed ${first} on\n`);
  expect(broken).toEqual([]);
});
