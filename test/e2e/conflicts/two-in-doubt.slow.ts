import { afterAll, beforeAll, describe, it } from 'vitest';
import { startPostgres } from '../../postgres-server.ts';
import type { PostgresServer } from '../../postgres-server.ts';
import { STORIES } from './two-in-doubt-stories.ts';
import { CIRCUMSTANCES, Doubt } from './two-in-doubt.ts';

/**
 * The circumstances with one process that two-in-doubt.test.ts leaves out, and those with several processes.
 */
const ALONE = CIRCUMSTANCES.filter(([, { committed, down }]) => !committed || down);

describe.each(ALONE)('one process: an answer was lost, %s', (_how, circumstances) => {
  it.each(STORIES)('%s', async (_story, tell) => {
    await tell(await Doubt.begin(circumstances));
  });
});

describe.each(CIRCUMSTANCES)(
  'two processes on one SQLite file: an answer was lost, %s',
  (_how, circumstances) => {
    it.each(STORIES)('%s', async (_story, tell) => {
      await tell(await Doubt.begin({ ...circumstances, processes: 2 }));
    });
  },
);

describe.each(CIRCUMSTANCES)('three processes on Postgres: an answer was lost, %s', (_how, circumstances) => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.remove());

  it.each(STORIES)('%s', async (_story, tell) => {
    const url = await postgres.newDatabase();
    const outbox = () => postgres.run('SELECT 1 FROM outbox', url);
    await tell(await Doubt.begin({ ...circumstances, processes: 3 }, { url, outbox }));
  });
});
