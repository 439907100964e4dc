import { ConfigurationError } from '../../errors.ts';
import { missingFile } from '../../store/engine/locate.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/open.ts';

/**
 * For commands that look at what serve does: they make no store.
 * @param databaseUrl as DATABASE_URL has it
 * @throws ConfigurationError where there is none yet
 */
export function requireStore(databaseUrl: string): void {
  const path = missingFile(databaseUrl);
  if (path === undefined) return;
  throw new ConfigurationError('no_store', `There is no store at ${path}.`, {
    hint: 'Start `ory-zoho serve`, which makes it, or point DATABASE_URL to the store that serve uses.',
  });
}

/** Opens the store beside any serve, does the work, and closes it. @throws what `requireStore` and `openStore` throw */
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
