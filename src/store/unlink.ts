/** How an identity loses the link to its contact, so that another one can have it (rule 21). */
import { z } from 'zod';
import { leaveHeritage } from './heritage.ts';
import { writeLinkedEmails } from './key/linked.ts';
import type { Store } from './open.ts';
import { isWaiting } from './outbox/pending.ts';
import { wakeFreed, wakeWaiting } from './outbox/wake.ts';
import { drawRevisions } from './revision.ts';
import type { Sql, SqlValue } from './engine/sql.ts';

/**
 * Unlinks an identity that is gone from Ory and marks it as deleted. The mapping's `deleted` is not applied,
 * because the contact goes to another identity.
 * @returns false, with nothing changed, if a row of it waits
 */
export function unlinkDeleted(store: Store, identityId: string): Promise<boolean> {
  return store.database.write(async (sql) => {
    if (await isWaiting(sql, identityId)) return false;
    const asOf = await drawRevisions(sql, 1);
    const marked = `reason = 'deleted', deleted_at = ${store.database.can.now}, as_of = $2`;
    await unlink(store, sql, identityId, marked, [asOf]);
    return true;
  });
}

/**
 * Unlinks an existing identity, because a person wants another one to have its contact. Nothing that it sent
 * before counts any more.
 * @returns false, with nothing changed, if a row of it waits
 */
export function unlinkLiving(store: Store, identityId: string): Promise<boolean> {
  return store.database.write(async (sql) => {
    if (await isWaiting(sql, identityId)) return false;
    await unlink(store, sql, identityId, "reason = 'email_taken', content_hash = NULL, mapping_hash = NULL");
    return true;
  });
}

/**
 * Zoho has answered that the contacts of these identities do not exist any more. A contact that is gone has no
 * email, so identities that wait for it or failed because of it are due. The links stay until the rows settle.
 * @param token the lease of their rows
 */
export async function freeEmailsOfGone(
  store: Store,
  token: string,
  identityIds: readonly string[],
): Promise<void> {
  if (identityIds.length === 0) return;
  await store.database.write(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id FROM outbox WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(identityIds)],
    );
    const ids = rows.map((row) => leased.parse(row).identityId);
    const freed = await writeLinkedEmails(
      store,
      sql,
      ids.map((identityId) => ({ identityId, emailHash: null })),
    );
    await wakeWaiting(store, sql, freed);
    await wakeFreed(store, sql, freed);
  });
}

const leased = z.object({ identityId: z.string() });

/**
 * Moves what is stored about the contact to its heritage. Its email is free, and rows that failed because of
 * it look again.
 * @param set more columns to set, as SQL. Its parameters begin with $2
 */
async function unlink(
  store: Store,
  sql: Sql,
  identityId: string,
  set: string,
  parameters: readonly SqlValue[] = [],
): Promise<void> {
  await leaveHeritage(store, sql, identityId);
  await sql.run(
    `UPDATE ledger SET contact_id = NULL, linked_at = NULL, sent = '{}', refused = '{}', kept = '{}',
            incomplete = '[]', origin = NULL, tags = '[]', wrote = '[]', mixed_in = '[]', outcome = 'skipped', ${set}
      WHERE identity_id = $1`,
    [identityId, ...parameters],
  );
  await writeLinkedEmails(store, sql, [{ identityId, emailHash: null }]);
  await wakeFreed(store, sql, [identityId]);
}
