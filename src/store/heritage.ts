/** The heritage of contacts that an identity has given up (rule 21). */
import { z } from 'zod';
import { columnsOf } from './engine/columns.ts';
import type { Store } from './open.ts';
import { rememberDoubts, rememberMixedIn } from './outbox/remember-doubts.ts';
import type { Sql } from './engine/sql.ts';

const hashes = z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text)));
const names = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));

const heritage = z.object({
  contactId: z.string(),
  emailHash: z.string().nullable(),
  /** Field -> HMAC of the value last sent, for the identity that gave it up. */
  sent: hashes,
  /** Tags we have put on. */
  tags: names,
  /** Whether we made the contact. Null if that is not known. */
  origin: z.enum(['made', 'found']).nullable(),
});

/** A contact that was given up. */
export type Heritage = z.infer<typeof heritage>;

const COLUMNS = columnsOf(heritage);

/**
 * Saves the heritage of a contact that its identity gives up, inside the transaction that removes the link.
 */
export async function leaveHeritage(store: Store, sql: Sql, identityId: string): Promise<void> {
  await rememberDoubts(store, sql, [identityId]);
  await rememberMixedIn(store, sql, identityId);
  await sql.run(
    `INSERT INTO heritage (${COLUMNS})
     SELECT contact_id, (SELECT MIN(key) FROM identity_key WHERE linked = 1 AND identity_id = $1), sent, tags, origin
       FROM ledger WHERE identity_id = $1 AND contact_id IS NOT NULL
     ON CONFLICT (contact_id) DO UPDATE SET email_hash = excluded.email_hash, sent = excluded.sent,
       tags = excluded.tags, origin = excluded.origin`,
    [identityId],
  );
}

/** The heritage of those of these contacts that were given up, by contact id. */
export function readHeritage(store: Store, contactIds: readonly string[]): Promise<Map<string, Heritage>> {
  return read(store, 'contact_id', contactIds);
}

/** Contacts given up that last had one of these emails, by contact id. @param hashes HMACs of the emails */
export function readHeritageByEmail(
  store: Store,
  emailHashes: readonly string[],
): Promise<Map<string, Heritage>> {
  return read(store, 'email_hash', emailHashes);
}

function read(
  store: Store,
  column: 'contact_id' | 'email_hash',
  values: readonly string[],
): Promise<Map<string, Heritage>> {
  if (values.length === 0) return Promise.resolve(new Map());
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT ${COLUMNS} FROM heritage WHERE ${column} IN ${store.database.can.texts('$1')}`,
      [JSON.stringify(values)],
    );
    return new Map(rows.map((row) => heritage.parse(row)).map((row) => [row.contactId, row]));
  });
}

/** Another identity has taken these contacts over, or they are gone. */
export async function dropHeritage(store: Store, sql: Sql, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return;
  await sql.run(`DELETE FROM heritage WHERE contact_id IN ${store.database.can.texts('$1')}`, [
    JSON.stringify(contactIds),
  ]);
}
