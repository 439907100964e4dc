import type { Store } from '../../open.ts';
import { drawRevisions } from '../../revision.ts';
import type { Sql } from '../../engine/sql.ts';
import { NOT_FAILED } from '../row.ts';

/**
 * Puts in the erasure of an identity. From this transaction on nothing of it is taken in any more, and its
 * waiting row loses its payload (rules 7 and 24). Marks stay, because a call in doubt may have created a
 * contact, which delivery then deletes.
 * @param emailKey trimmed and lower-cased, if known. No other identity with it is delivered meanwhile
 */
export async function putErase(store: Store, identityId: string, emailKey: string | null): Promise<void> {
  await store.database.write((sql) => putEraseIn(store, sql, identityId, emailKey));
}

/** The same inside a transaction. */
export async function putEraseIn(
  store: Store,
  sql: Sql,
  identityId: string,
  emailKey: string | null,
): Promise<void> {
  const { now } = store.database.can;
  const revision = await drawRevisions(sql, 1);
  await sql.run(
    `INSERT INTO ledger (identity_id, erased_at) VALUES ($1, ${now})
       ON CONFLICT (identity_id) DO UPDATE SET erased_at = excluded.erased_at`,
    [identityId],
  );
  await sql.run(
    `INSERT INTO outbox (identity_id, kind, state, event, priority, hint, read_first, compare, verified, as_of,
                           content_hash, mapping_hash, email_key, revision, put_at, due_at, marks)
       VALUES ($1, 'erase', 'waiting', 'sync', 0, 0, 0, 0, 0, $2, '', '', $3, $4, ${now}, ${now}, '[]')
       ON CONFLICT (identity_id) DO UPDATE SET
         kind = 'erase', state = 'waiting', event = 'sync', priority = 0, payload = NULL, hint = 0, read_first = 0,
         compare = 0, version = NULL, verified = 0, as_of = excluded.as_of, content_hash = '', mapping_hash = '',
         addresses_hash = NULL, profile_hash = NULL,
         email_key = COALESCE(excluded.email_key, outbox.email_key), policy = NULL, revision = excluded.revision,
         due_at = excluded.due_at, ${NOT_FAILED},
         attempts = 0, later_since = NULL`,
    [identityId, revision, emailKey, revision],
  );
}

/**
 * Lets an erased identity in again.
 * @returns false, with nothing changed, if it is not erased or its erasure has not been delivered yet
 */
export function liftErase(store: Store, identityId: string): Promise<boolean> {
  return store.database.write(async (sql) => {
    const waiting = await sql.all("SELECT 1 FROM outbox WHERE identity_id = $1 AND kind = 'erase'", [
      identityId,
    ]);
    if (waiting.length > 0) return false;
    const lifted = await sql.run(
      "UPDATE ledger SET erased_at = NULL, erased_contacts = '[]' WHERE identity_id = $1 AND erased_at IS NOT NULL",
      [identityId],
    );
    return lifted > 0;
  });
}
