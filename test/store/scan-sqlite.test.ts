import { describe } from 'vitest';
import { clockSuite } from './clock.suite.ts';
import { processSuite } from './process.suite.ts';
import { putDeleteSuite } from './put-delete.suite.ts';
import { scanSuite } from './scan.suite.ts';
import { openSqliteStore } from './sqlite-store.ts';

describe('Scans and processes in the store on SQLite', () => {
  processSuite(openSqliteStore);
  clockSuite(openSqliteStore);
  scanSuite(openSqliteStore);
  putDeleteSuite(openSqliteStore);
});
