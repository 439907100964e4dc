import { it } from 'vitest';
import { tellStories } from './delivery-model.ts';

/**
 * `SEED=… STORY=…` tells a story again: what fast-check prints as seed and path. `STORIES=…` tells more. `SHORTEST=no`
 * shows the story that fails as it is: to look for a shorter one takes minutes.
 */
const { SEED, STORY, STORIES = '600', SHORTEST } = process.env;

it('the rules of delivery hold in random stories, others at each run', { timeout: 3_600_000 }, async () => {
  await tellStories({
    stories: Number(STORIES),
    ...(SEED !== undefined && { seed: Number(SEED) }),
    ...(STORY !== undefined && { path: STORY }),
    endOnFailure: SHORTEST === 'no',
  });
});
