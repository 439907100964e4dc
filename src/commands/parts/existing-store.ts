import { ConfigurationError } from '../../errors.ts';
import { missingFile } from '../../store/engine/locate.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/open.ts';

/**
 * For commands that only look at the store of serve: they never create one.
 * @param databaseUrl in the form of DATABASE_URL
 * @throws ConfigurationError if there is none yet
 */
export function requireStore(databaseUrl: string): void {
  const path = missingFile(databaseUrl);
  if (path === undefined) return;
  throw new ConfigurationError('no_store', `There is no store at ${path}.`, {
    hint: 'Start `ory-zoho serve`, which creates it, or set DATABASE_URL to the store that serve uses.',
  });
}

/**
 * Opens the store, also while serve runs, does the work, and closes it.
 * @throws what `requireStore` and `openStore` throw
 */
export async function withExistingStore<T>(
  databaseUrl: string,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  requireStore(databaseUrl);
  const store = await openStore(databaseUrl);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
