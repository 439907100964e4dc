import type { Store } from './open.ts';

/** Whether the store takes a write just now: a full or read-only disk can still be read. */
export async function canWrite(store: Store): Promise<boolean> {
  try {
    await store.database.write((sql) => sql.run('UPDATE store SET revision = revision WHERE id = 1'));
    return true;
  } catch {
    return false;
  }
}
