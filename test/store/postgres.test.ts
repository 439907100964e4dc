import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import type { Opened } from './fixtures.ts';
import { SUITES } from './suites.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

async function open(): Promise<Opened> {
  const url = await server.newDatabase();
  const another = async () => {
    const store = await openStore(url);
    onTestFinished(() => store.close());
    return store;
  };
  return { store: await another(), another };
}

describe('The store on Postgres', () => {
  for (const suite of Object.values(SUITES)) suite(open);
});
