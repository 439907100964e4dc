import { existsSync } from 'node:fs';
import { ConfigurationError } from '../errors.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { sqlitePath } from './sqlite-path.ts';

/**
 * Opens the store for a command that looks at it, beside any serve; it makes none.
 * @param databaseUrl as DATABASE_URL has it
 * @throws ConfigurationError where there is none yet, StoreError when it cannot be used
 */
export async function openExistingStore(databaseUrl: string): Promise<Store> {
  const path = sqlitePath(databaseUrl);
  if (path === undefined || existsSync(path)) return openStore(databaseUrl);
  throw new ConfigurationError('no_store', `There is no store at ${path}.`, {
    hint: 'Start `ory-zoho serve`, which makes it, or point DATABASE_URL to the store that serve uses.',
  });
}

/** Opens the store, does the work, and closes it. */
export async function withExistingStore<T>(
  databaseUrl: string,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openExistingStore(databaseUrl);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
