import { it } from 'vitest';
import { tellStories } from './delivery-model.ts';

// Looking for the shortest story that fails takes minutes: without the time for it only a timeout would be shown.
it('the rules of delivery hold in random stories, the same at each run', { timeout: 600_000 }, async () => {
  await tellStories({ stories: 30, seed: 101 });
});
