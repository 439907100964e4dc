import { StoreError } from '../errors.ts';
import type { Store } from './open.ts';

/** Whether the store takes a write just now: a full or read-only disk can still be read. */
export async function canWrite(store: Store): Promise<boolean> {
  return (await whyNotWritten(store)) === undefined;
}

/** Tries a write that changes nothing. @returns undefined when it succeeds */
export async function whyNotWritten(store: Store): Promise<StoreError | undefined> {
  try {
    await store.database.write((sql) => sql.run('UPDATE store SET revision = revision WHERE id = 1'));
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
