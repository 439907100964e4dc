/** Calls for one identity that wrote into the contact of another (rule 21). */
import { writeLinkedEmails } from '../key/linked.ts';
import { ledgerRowsOf } from '../ledger.ts';
import type { LedgerRow } from '../ledger.ts';
import type { Store } from '../open.ts';
import { drawRevisions } from '../revision.ts';
import type { Sql } from '../engine/sql.ts';
import { dueAgain } from './wake.ts';

/** Zoho wrote into this contact because it had the email of another identity. */
export interface MixUp {
  /** The identity that the contact is linked to. */
  readonly ownerId: string;
  readonly contactId: string;
  /** The fields that were written. */
  readonly fields: readonly string[];
  /** HMAC of the email that the contact has now. Null if it has none, undefined if it is not known. */
  readonly emailHash: string | null | undefined;
}

/**
 * Notes, inside the transaction that settles the call, which fields the owner has to write again, and makes
 * the owner due. A delivery of it that is under way did not know this, so it is repeated.
 * @param adminReads whether an owner without a row can be read from Ory. If not, its next webhook is awaited
 */
export async function noteMixUps(
  store: Store,
  sql: Sql,
  mixUps: readonly MixUp[],
  adminReads: boolean,
): Promise<void> {
  const mixed = mixUps.filter(({ fields }) => fields.length > 0);
  if (mixed.length === 0) return;
  for (const { ownerId, contactId, fields, emailHash } of mixed) {
    const owner = (await ledgerRowsOf(store, sql, [ownerId])).get(ownerId);
    if (owner?.contactId !== contactId) continue;
    await sql.run('UPDATE ledger SET mixed_in = $2 WHERE identity_id = $1', [
      ownerId,
      JSON.stringify([...new Set([...owner.mixedIn, ...fields])]),
    ]);
    // Rows that wait for the owner's own email are not due, because its contact gets that email back.
    if (emailHash !== undefined) await writeLinkedEmails(store, sql, [{ identityId: ownerId, emailHash }]);
    await makeDue(store, sql, owner, adminReads);
  }
}

async function makeDue(
  store: Store,
  sql: Sql,
  { identityId, deletedAt, erasedAt, version, verified, contentHash, mappingHash }: LedgerRow,
  adminReads: boolean,
): Promise<void> {
  const { now } = store.database.can;
  const revision = await drawRevisions(sql, 1);
  // A contact that is about to be deleted needs nothing.
  const moved = await sql.run(
    "UPDATE outbox SET revision = $2, id_only = 0 WHERE identity_id = $1 AND kind = 'upsert'",
    [identityId, revision],
  );
  if (moved > 0) {
    await sql.run(`UPDATE outbox SET ${dueAgain(store)} WHERE identity_id = $1 AND state = 'failed'`, [
      identityId,
    ]);
    return;
  }
  if (!adminReads || deletedAt !== null || erasedAt !== null) return;
  await sql.run(
    `INSERT INTO outbox (identity_id, kind, state, event, priority, hint, read_first, compare, version, verified,
                         as_of, content_hash, mapping_hash, revision, put_at, due_at, marks)
     VALUES ($1, 'upsert', 'waiting', 'reconcile', 0, 0, 1, 0, $2, $3, $4, $5, $6, $4, ${now}, ${now}, '[]')
     ON CONFLICT (identity_id) DO NOTHING`,
    [identityId, version, verified, revision, contentHash ?? '', mappingHash ?? ''],
  );
}
