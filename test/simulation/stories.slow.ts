import { expect, test } from 'vitest';
import { tell } from './play.ts';
import { makeStory } from './story.ts';

const { SEED, MINUTES = '10' } = process.env;

test('no rule is broken in stories that differ in each run', { timeout: 3_600_000 }, async () => {
  const first = SEED === undefined ? Date.now() % 1_000_000_000 : Number(SEED);
  const until = performance.now() + Number(MINUTES) * 60_000;
  const broken: string[] = [];
  let seed = first;
  for (; performance.now() < until && broken.length === 0; seed += 1) {
    const { wrong } = await tell(makeStory(seed));
    broken.push(...wrong.map((one) => `npm run simulate -- --seed ${seed} --shorten --trace: ${one}`));
  }
  process.stdout.write(`${seed - first} stories from SEED=${first}\n`);
  expect(broken).toEqual([]);
});
