import { z } from 'zod';
import type { Outcome } from '../../model/outcome.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { DELIVERED } from '../ledger.ts';

const standing = z.object({
  identityId: z.string(),
  version: z.number().nullable(),
  verified: z.number(),
  contentHash: z.string().nullable(),
  mappingHash: z.string().nullable(),
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  /** A contact that has its email and was not taken over (unverified_match). */
  matched: z.string().nullable(),
  erased: z.number().transform((value) => value === 1),
  deleted: z.number().transform((value) => value === 1),
  /** It has a row in the outbox, waiting or failed. */
  pending: z.number().transform((value) => value === 1),
  /** A call for another identity has written to its contact (rule 21). */
  mixedUp: z.number().transform((value) => value === 1),
  /** Its contact was last written before the Ory-id field was set. */
  lacksId: z.number().transform((value) => value === 1),
});

const DELIVERED_LIST = DELIVERED.map((outcome) => `'${outcome}'`).join(', ');

/** What the ledger knows of an identity: everything that a scan compares it with (rule 25). */
export type Standing = z.infer<typeof standing>;

/**
 * One query for a page. Identities that are not in the ledger are left out.
 * @param oryIdField the field that holds the identity's id, or null
 */
export function readStandings(
  store: Store,
  identityIds: readonly string[],
  oryIdField: string | null,
): Promise<Map<string, Standing>> {
  return store.database.read((sql) => standingsOf(store, sql, identityIds, oryIdField));
}

/** The same inside a transaction. */
export async function standingsOf(
  store: Store,
  sql: Sql,
  identityIds: readonly string[],
  oryIdField: string | null,
): Promise<Map<string, Standing>> {
  const flag = (condition: string) => `CASE WHEN ${condition} THEN 1 ELSE 0 END`;
  // A name in quotes can only be a key here, because the values are hashes. It is searched as text, which is
  // fast enough for every row of a scan.
  const without = (hashes: string) => `REPLACE(ledger.${hashes}, $2, '') = ledger.${hashes}`;
  const rows = await sql.all(
    `SELECT ledger.identity_id, ledger.version, ledger.verified, ledger.content_hash, ledger.mapping_hash,
            ledger.outcome, ledger.reason, ledger.matched,
            ${flag('ledger.erased_at IS NOT NULL')} AS erased,
            ${flag('ledger.deleted_at IS NOT NULL')} AS deleted,
            ${flag('outbox.identity_id IS NOT NULL')} AS pending,
            ${flag("ledger.mixed_in <> '[]'")} AS mixed_up,
            ${flag(`ledger.contact_id IS NOT NULL AND ledger.outcome IN (${DELIVERED_LIST})
                    AND $2 <> '' AND ${without('sent')} AND ${without('refused')}`)} AS lacks_id
       FROM ledger LEFT JOIN outbox ON outbox.identity_id = ledger.identity_id
      WHERE ledger.identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(identityIds), oryIdField === null ? '' : JSON.stringify(oryIdField)],
  );
  return new Map(rows.map((row) => standing.parse(row)).map((row) => [row.identityId, row]));
}

/** The outcome that counts for an identity that has not changed (rule 25). */
export function lastOutcome(known: Standing | undefined): { outcome: Outcome; reason: string | null } {
  if (known?.erased === true) return { outcome: 'skipped', reason: 'erased' };
  if (known?.outcome === 'skipped' || known?.outcome === 'failed') {
    return { outcome: known.outcome, reason: known.reason };
  }
  return { outcome: 'unchanged', reason: null };
}
