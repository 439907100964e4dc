import { it } from 'vitest';
import { tellStories } from './delivery-model.ts';

it('the rules of delivery hold in random stories, the same at each run', async () => {
  await tellStories({ stories: 30, seed: 101 });
});
