import { z } from 'zod';
import type { Store } from '../open.ts';

const identity = z.object({ identityId: z.string() });

/**
 * The identities with this email that have a waiting or failed row. @param emailKey trimmed and lower-cased
 */
export function identitiesWithEmail(store: Store, emailKey: string): Promise<string[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id FROM outbox WHERE email_key = $1
        UNION SELECT identity_id FROM outbox WHERE mapped_key = $2 ORDER BY identity_id`,
      [emailKey, emailKey],
    );
    return rows.map((row) => identity.parse(row).identityId);
  });
}
