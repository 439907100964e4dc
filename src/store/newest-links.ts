import { z } from 'zod';
import type { Store } from './open.ts';

const link = z.object({ identityId: z.string(), version: z.number().nullable() });

/** An identity that has a contact. */
export type NewestLink = z.infer<typeof link>;

/**
 * The identities that were linked last, newest first. They serve to recognize the project at another address.
 * `version` is the delivered `updated_at` in microseconds, or null if it was never known.
 */
export function readNewestLinks(store: Store, atMost: number): Promise<NewestLink[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, version FROM ledger
        WHERE contact_id IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL
        ORDER BY linked_at DESC, identity_id LIMIT $1`,
      [atMost],
    );
    return rows.map((row) => link.parse(row));
  });
}
