import { describe, it } from 'vitest';
import { isTold } from './stage.ts';
import { STORIES } from './two-in-doubt-stories.ts';
import { CIRCUMSTANCES, Doubt } from './two-in-doubt.ts';

/** The other circumstances are in two-in-doubt.slow.ts. */
const HERE = CIRCUMSTANCES.filter(
  ([, { setting, committed, down }]) => committed && !down && isTold(setting),
);

describe.each(HERE)('rules 10 and 11: an answer was lost, %s', (_how, circumstances) => {
  it.each(STORIES)('%s', async (_story, tell) => {
    await tell(await Doubt.begin(circumstances));
  });
});
