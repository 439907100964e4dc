import { z } from 'zod';
import { doubtsOf } from '../../key/key.ts';
import { freeKeys } from '../../key/lease.ts';
import { writeLinkedEmails } from '../../key/linked.ts';
import { ownersOf } from '../../ledger.ts';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import { RELEASED } from '../row.ts';
import type { Release } from '../release.ts';
import type { Mark } from '../row.ts';
import { noteMixUps } from '../mix-up.ts';
import type { MixUp } from '../mix-up.ts';
import type { SettleRules } from './settle.ts';
import { wakeFreed, wakeWaiting } from '../wake.ts';

/** The outcome of the calls of one row that were in doubt. */
export interface SettledDoubt {
  readonly identityId: string;
  /** The row's marks without keys. Their fields stay in doubt until the row settles (rule 11). */
  readonly marks: readonly Mark[];
  /** The contact of the calls. Undefined if there is none. */
  readonly contact: FoundInDoubt | undefined;
}

/** A contact that a call in doubt created, changed or adopted. */
export interface FoundInDoubt {
  readonly id: string;
  /** Whether we made it. */
  readonly origin: 'made' | 'found';
  /** HMAC of the email it has now. Null if it has none. */
  readonly emailHash: string | null;
  /** Field -> HMAC of what was surely sent: the email under which the contact was found. */
  readonly sent: { readonly [field: string]: string };
  /** The fields that the calls wrote. */
  readonly wrote: readonly string[];
}

const held = z.object({ identityId: z.string() });

/**
 * Settles doubts: links the contact that a call in doubt created or adopted, with the email under which it
 * was found, and frees the keys of the call. Rows that wait for one of them are due now. The rows keep their
 * lease.
 * @returns the marks of the rows that still hold their lease. For the others nothing is changed
 */
export function settleDoubts(
  store: Store,
  token: string,
  doubts: readonly SettledDoubt[],
  { adminReads = false }: SettleRules = {},
): Promise<Map<string, readonly Mark[]>> {
  if (doubts.length === 0) return Promise.resolve(new Map());
  return store.database.write(async (sql) => {
    const ids = JSON.stringify(doubts.map(({ identityId }) => identityId));
    const rows = await sql.all(
      `SELECT identity_id FROM outbox WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, ids],
    );
    const holding = new Set(rows.map((row) => held.parse(row).identityId));
    const kept = doubts.filter(({ identityId }) => holding.has(identityId));
    const owners = await ownersOf(
      store,
      sql,
      kept.flatMap(({ contact }) => contact?.id ?? []),
    );
    const emails = [];
    const mixUps: MixUp[] = [];
    for (const doubt of kept) {
      const { identityId, contact } = doubt;
      await sql.run('UPDATE outbox SET marks = $2, settle_doubt = NULL WHERE identity_id = $1', [
        identityId,
        JSON.stringify(doubt.marks),
      ]);
      if (contact === undefined) continue;
      const ownerId = owners.get(contact.id) ?? identityId;
      if (ownerId !== identityId) {
        mixUps.push({ ownerId, contactId: contact.id, fields: contact.wrote, emailHash: contact.emailHash });
        continue;
      }
      owners.set(contact.id, identityId);
      await link(store, sql, identityId, contact);
      emails.push({ identityId, emailHash: contact.emailHash });
    }
    await freeKeys(store, sql, [...holding], []);
    await writeLinkedEmails(store, sql, emails);
    await noteMixUps(store, sql, mixUps, adminReads);
    await wakeWaiting(store, sql, [...holding]);
    await wakeFreed(store, sql, [...holding]);
    return new Map(kept.map(({ identityId, marks }) => [identityId, marks]));
  });
}

/**
 * A contact other than the one in the ledger. The old one is gone, so what was sent to it does not apply to
 * this one.
 */
async function link(
  store: Store,
  sql: Sql,
  identityId: string,
  { id, origin, sent }: FoundInDoubt,
): Promise<void> {
  await sql.run(
    `INSERT INTO ledger (identity_id, contact_id, origin, sent, linked_at)
     VALUES ($1, $2, $3, $4, ${store.database.can.now})
     ON CONFLICT (identity_id) DO UPDATE SET
       contact_id = excluded.contact_id, origin = excluded.origin, linked_at = excluded.linked_at,
       sent = excluded.sent, refused = '{}', kept = '{}', tags = '[]', mixed_in = '[]'
      WHERE ledger.contact_id IS DISTINCT FROM excluded.contact_id`,
    [identityId, id, origin, JSON.stringify(sent)],
  );
}

/**
 * Gives rows back that were claimed only for their doubt, otherwise unchanged (rule 10), except for the limit of
 * their batch (rule 14).
 */
export async function releaseDoubtOnly(
  store: Store,
  token: string,
  rows: readonly Pick<Release, 'identityId' | 'marks' | 'batchLimit'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await store.database.write(async (sql) => {
    for (const { identityId, marks, batchLimit } of rows) {
      const released = await sql.run(
        `UPDATE outbox SET ${RELEASED}, marks = $3, batch_limit = COALESCE($4, batch_limit)
          WHERE identity_id = $1 AND lease_token = $2`,
        [identityId, token, JSON.stringify(marks), batchLimit ?? null],
      );
      if (released > 0) await freeKeys(store, sql, [identityId], doubtsOf(identityId, marks));
    }
  });
}
