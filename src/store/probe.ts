import { StoreError } from '../errors.ts';
import type { Store } from './open.ts';

/** Whether the store takes a write just now: a full or read-only disk can still be read. */
export async function canWrite(store: Store): Promise<boolean> {
  return (await whyNotWritten(store)) === undefined;
}

/**
 * Tries a write: it draws a revision, which nobody misses. One that changed nothing would not touch the disk, and never find it full.
 * @returns undefined when it succeeds
 */
export async function whyNotWritten(store: Store): Promise<StoreError | undefined> {
  try {
    await store.database.write((sql) => sql.run('UPDATE store SET revision = revision + 1 WHERE id = 1'));
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
