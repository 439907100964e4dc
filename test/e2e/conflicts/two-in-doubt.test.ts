import { describe, it } from 'vitest';
import { STORIES } from './two-in-doubt-stories.ts';
import { CIRCUMSTANCES, Doubt } from './two-in-doubt.ts';

/** All circumstances are told among the slow tests. */
const HERE = CIRCUMSTANCES.filter(([, { committed, down }]) => committed && !down);

describe.each(HERE)('rules 10 and 11: an answer was lost, %s', (_how, circumstances) => {
  it.each(STORIES)('%s', async (_story, tell) => {
    await tell(await Doubt.begin(circumstances));
  });
});
