import { z } from 'zod';
import type { Store } from '../open.ts';

const refused = z.object({ identity_id: z.string(), content_hash: z.string(), mapping_hash: z.string() });

/** What Zoho refused of an identity, and still would (rule 4): the same content under the same mapping. */
export type Refused = z.infer<typeof refused>;

/** Of these identities those whose row has failed. */
export function readRefused(store: Store, identityIds: readonly string[]): Promise<Map<string, Refused>> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, content_hash, mapping_hash FROM outbox
        WHERE identity_id IN ${store.database.can.texts('$1')} AND state = 'failed'`,
      [JSON.stringify(identityIds)],
    );
    return new Map(rows.map((row) => refused.parse(row)).map((row) => [row.identity_id, row]));
  });
}
