import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { asideSuite } from './aside.suite.ts';
import { claimSuite } from './claim.suite.ts';
import { clockSuite } from './clock.suite.ts';
import { eraseSuite } from './erase.suite.ts';
import { failedSuite } from './failed.suite.ts';
import type { Opened } from './fixtures.ts';
import { keySuite } from './key.suite.ts';
import { leaseSuite } from './lease.suite.ts';
import { lookSuite } from './look.suite.ts';
import { mappingSuite } from './mapping.suite.ts';
import { oddTextSuite } from './odd-text.suite.ts';
import { ownRowSuite } from './own-row.suite.ts';
import { processSuite } from './process.suite.ts';
import { putDeleteSuite } from './put-delete.suite.ts';
import { putSuite } from './put.suite.ts';
import { scanSuite } from './scan.suite.ts';
import { settleSuite } from './settle.suite.ts';
import { uniqueWaitSuite } from './unique-wait.suite.ts';

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
  putSuite(open);
  putDeleteSuite(open);
  claimSuite(open);
  asideSuite(open);
  leaseSuite(open);
  keySuite(open);
  settleSuite(open);
  uniqueWaitSuite(open);
  eraseSuite(open);
  ownRowSuite(open);
  processSuite(open);
  clockSuite(open);
  scanSuite(open);
  failedSuite(open);
  lookSuite(open);
  mappingSuite(open);
  oddTextSuite(open);
});
