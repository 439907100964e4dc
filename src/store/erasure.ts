import { z } from 'zod';
import type { Store } from './open.ts';

const row = z.object({
  /** ms since 1970; null: it is not erased. */
  erased_at: z.number().nullable(),
  contact_id: z.string().nullable(),
  /** Of what is in the outbox; null: nothing is. */
  kind: z.enum(['upsert', 'delete', 'erase']).nullable(),
  state: z.enum(['waiting', 'failed']).nullable(),
  email_key: z.string().nullable(),
  /** Zoho has put it off (a lock, an approval), and it is not due yet. */
  put_off: z.number().transform((value) => value === 1),
  /** Why it failed, or is put off: a `Reason`, and Zoho's words. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
});

/** How far an erasure is, and what there was of the identity before it. */
export type Erasure = z.infer<typeof row>;

/** @returns undefined when neither ledger nor outbox knows the identity */
export function readErasure(store: Store, identityId: string): Promise<Erasure | undefined> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ledger.erased_at, ledger.contact_id, outbox.kind, outbox.state, outbox.email_key, outbox.reason, outbox.message,
              CASE WHEN outbox.state = 'waiting' AND outbox.later_since IS NOT NULL
                    AND outbox.due_at > ${store.database.can.now} THEN 1 ELSE 0 END AS put_off
         FROM (SELECT identity_id FROM ledger WHERE identity_id = $1
               UNION SELECT identity_id FROM outbox WHERE identity_id = $2) AS known
         LEFT JOIN ledger ON ledger.identity_id = known.identity_id
         LEFT JOIN outbox ON outbox.identity_id = known.identity_id`,
      [identityId, identityId],
    );
    return rows[0] === undefined ? undefined : row.parse(rows[0]);
  });
}
