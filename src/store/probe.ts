import { StoreError } from '../errors.ts';
import type { Store } from './open.ts';

/** Whether the store accepts a write now. A full or read-only disk can still be read. */
export async function canWrite(store: Store): Promise<boolean> {
  return (await whyNotWritten(store)) === undefined;
}

/**
 * Tries a write by drawing a revision, which does no harm. A write that changed nothing would not touch the
 * disk, and would never find it full.
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
