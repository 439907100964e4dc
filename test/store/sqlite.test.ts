import { describe } from 'vitest';
import { openSqliteStore } from './sqlite-store.ts';
import { SUITES } from './suites.ts';

describe('The store on SQLite', () => {
  for (const suite of Object.values(SUITES)) suite(openSqliteStore);
});
