import { describe } from 'vitest';
import { asideSuite } from './aside.suite.ts';
import { claimSuite } from './claim.suite.ts';
import { eraseSuite } from './erase.suite.ts';
import { failedSuite } from './failed.suite.ts';
import { keySuite } from './key.suite.ts';
import { leaseSuite } from './lease.suite.ts';
import { lookSuite } from './look.suite.ts';
import { mappingSuite } from './mapping.suite.ts';
import { oddTextSuite } from './odd-text.suite.ts';
import { ownRowSuite } from './own-row.suite.ts';
import { putSuite } from './put.suite.ts';
import { settleSuite } from './settle.suite.ts';
import { openSqliteStore } from './sqlite-store.ts';

describe('The store on SQLite', () => {
  putSuite(openSqliteStore);
  claimSuite(openSqliteStore);
  asideSuite(openSqliteStore);
  leaseSuite(openSqliteStore);
  keySuite(openSqliteStore);
  settleSuite(openSqliteStore);
  eraseSuite(openSqliteStore);
  failedSuite(openSqliteStore);
  lookSuite(openSqliteStore);
  mappingSuite(openSqliteStore);
  ownRowSuite(openSqliteStore);
  oddTextSuite(openSqliteStore);
});
