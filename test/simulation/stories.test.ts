import { expect, test } from 'vitest';
import { FOUND_STORIES } from './found-stories.ts';
import { tell } from './play.ts';
import { KINDS, makeStory } from './story.ts';

const SEEDS = Array.from({ length: 120 }, (_, index) => index + 1);

test('no rule is broken in stories that are the same in each run', { timeout: 600_000 }, async () => {
  const broken: string[] = [];
  for (const seed of SEEDS) {
    const { wrong } = await tell(makeStory(seed));
    broken.push(...wrong.map((one) => `npm run simulate -- --seed ${seed} --shorten --trace: ${one}`));
  }
  expect(broken).toEqual([]);
});

test.each(FOUND_STORIES)('%s', async (_what, story) => {
  expect((await tell(story)).wrong).toEqual([]);
});

test('a story is the same each time it is told, to the last call', async () => {
  for (const seed of [7, 54, 202]) {
    const [first, second] = [await tell(makeStory(seed)), await tell(makeStory(seed))];
    expect(first.calls.length).toBeGreaterThan(5);
    expect(second).toEqual(first);
  }
});

test('the stories have events of every kind', () => {
  const all = SEEDS.flatMap((seed) => makeStory(seed).events.map(({ happening }) => happening.is));
  const missing = KINDS.filter((kind) => !all.includes(kind));
  expect(missing).toEqual([]);
});
