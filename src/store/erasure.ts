import { z } from 'zod';
import type { Store } from './open.ts';
import { marksText } from './outbox/row.ts';
import type { Sql } from './engine/sql.ts';

const contactIds = z.string().transform((text) => z.string().array().parse(JSON.parse(text)));

const row = z.object({
  /** In ms since 1970. Null if it is not erased. */
  erasedAt: z.number().nullable(),
  contactId: z.string().nullable(),
  /** The kind of the row in the outbox. Null if there is none. */
  kind: z.enum(['upsert', 'delete', 'erase']).nullable(),
  state: z.enum(['waiting', 'failed']).nullable(),
  emailKey: z.string().nullable(),
  /** Marks of its calls that are under way or in doubt. */
  marks: marksText.nullable().transform((marks) => marks ?? []),
  /** Contacts that this or another process asked Zoho to delete for this erasure. */
  erasedContacts: contactIds.nullable().transform((ids) => ids ?? []),
  /** Zoho has delayed it (a lock, an approval), and it is not due yet. */
  putOff: z.number().transform((value) => value === 1),
  /** Why it failed or is delayed: a `Reason`, and Zoho's words. */
  reason: z.string().nullable(),
  message: z.string().nullable(),
});

/** How far an erasure is, and what was stored of the identity before it. */
export type Erasure = z.infer<typeof row>;

/** @returns undefined when neither ledger nor outbox knows the identity */
export function readErasure(store: Store, identityId: string): Promise<Erasure | undefined> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ledger.erased_at, ledger.contact_id, outbox.kind, outbox.state, outbox.email_key, outbox.marks,
              ledger.erased_contacts, outbox.reason, outbox.message,
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

/**
 * Notes which contacts Zoho is about to be asked to delete for erasures, so that their report can name them.
 */
export async function noteErasedContacts(
  store: Store,
  erasures: readonly { readonly identityId: string; readonly contactIds: readonly string[] }[],
): Promise<void> {
  if (erasures.length === 0) return;
  await store.database.write(async (sql) => {
    for (const { identityId, contactIds: ids } of erasures) {
      const all = [...new Set([...(await notedIn(sql, identityId)), ...ids])];
      await sql.run('UPDATE ledger SET erased_contacts = $2 WHERE identity_id = $1', [
        identityId,
        JSON.stringify(all),
      ]);
    }
  });
}

const noted = z.object({ erasedContacts: contactIds });

async function notedIn(sql: Sql, identityId: string): Promise<string[]> {
  const rows = await sql.all('SELECT erased_contacts FROM ledger WHERE identity_id = $1', [identityId]);
  return rows.flatMap((one) => noted.parse(one).erasedContacts);
}
