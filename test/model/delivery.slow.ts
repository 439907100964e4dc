import { it } from 'vitest';
import { tellStories } from './delivery-model.ts';

/**
 * `SEED=… STORY=…` repeats a story, with fast-check's seed and path. `STORIES=…` sets their number.
 * `SHORTEST=no` shows the failing story as it is, because looking for a shorter one takes minutes.
 */
const { SEED, STORY, STORIES = '600', SHORTEST } = process.env;

it('the rules of delivery hold in random stories that differ in each run', {
  timeout: 3_600_000,
}, async () => {
  await tellStories({
    stories: Number(STORIES),
    ...(SEED !== undefined && { seed: Number(SEED) }),
    ...(STORY !== undefined && { path: STORY }),
    endOnFailure: SHORTEST === 'no',
  });
});
