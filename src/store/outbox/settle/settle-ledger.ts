import type { LedgerRow } from '../../ledger.ts';
import type { Store } from '../../open.ts';
import { placeholders } from '../../engine/sql.ts';
import type { Sql, SqlValue } from '../../engine/sql.ts';
import { reasonOf } from './settlement.ts';
import type { Settlement } from './settlement.ts';

/**
 * Saves a contact id that was learned too late to a ledger row that has none (rule 8), with what must be kept
 * of the contact: whether we made it, and what `adopt: fill` left alone.
 * @returns whether it was saved
 */
export async function linkOnly(
  store: Store,
  sql: Sql,
  id: string,
  {
    contactId,
    kept = {},
    origin = null,
  }: Pick<Settlement['delivered'], 'kept' | 'origin'> & { contactId: string },
): Promise<boolean> {
  const linked = await sql.run(
    `INSERT INTO ledger (identity_id, contact_id, kept, origin, linked_at)
     VALUES ($1, $2, $3, $4, ${store.database.can.now})
     ON CONFLICT (identity_id) DO UPDATE SET contact_id = excluded.contact_id, kept = excluded.kept,
       origin = excluded.origin, linked_at = excluded.linked_at
      WHERE ledger.contact_id IS NULL`,
    [id, contactId, JSON.stringify(kept), origin],
  );
  return linked > 0;
}

interface Written {
  readonly settlement: Settlement;
  readonly before: LedgerRow | undefined;
  /** The row stays due, because something has changed during the delivery. */
  readonly moved: boolean;
}

/** Columns in the order in which `values` returns them. */
const WRITTEN = [
  'identity_id',
  'contact_id',
  'version',
  'verified',
  'as_of',
  'addresses_hash',
  'content_hash',
  'profile_hash',
  'mapping_hash',
  'sent',
  'refused',
  'kept',
  'incomplete',
  'origin',
  'tags',
  'wrote',
  'mixed_in',
  'matched',
  'outcome',
  'reason',
];

/** Writes the outcome of each identity to its ledger row. */
export async function writeLedger(store: Store, sql: Sql, settled: readonly Written[]): Promise<void> {
  if (settled.length === 0) return;
  const { now, texts } = store.database.can;
  const columns = WRITTEN.slice(1).map((column) => `${column} = excluded.${column}`);
  await sql.run(
    `INSERT INTO ledger (${WRITTEN.join(', ')}, settled_at)
     VALUES ${placeholders(settled.length, WRITTEN.length, `, ${now}`)}
     ON CONFLICT (identity_id) DO UPDATE SET settled_at = excluded.settled_at, ${columns.join(', ')},
       linked_at = CASE WHEN ledger.contact_id = excluded.contact_id THEN ledger.linked_at END`,
    settled.flatMap(values),
  );
  const idsOf = (deleted: boolean) => {
    const some = settled.filter(({ settlement }) => settlement.delivered.deleted === deleted);
    return JSON.stringify(some.map(({ settlement }) => settlement.row.identityId));
  };
  const all = JSON.stringify(settled.map(({ settlement }) => settlement.row.identityId));
  await sql.run(
    `UPDATE ledger SET linked_at = ${now}
      WHERE contact_id IS NOT NULL AND linked_at IS NULL AND identity_id IN ${texts('$1')}`,
    [all],
  );
  for (const [deleted, value] of [
    [true, now],
    [false, 'NULL'],
  ] as const) {
    const ids = idsOf(deleted);
    if (ids !== '[]') {
      await sql.run(`UPDATE ledger SET deleted_at = ${value} WHERE identity_id IN ${texts('$1')}`, [ids]);
    }
  }
}

function values({ settlement, before, moved }: Written): SqlValue[] {
  const { row, delivered, outcome } = settlement;
  const contactId = delivered.contactId === undefined ? (before?.contactId ?? null) : delivered.contactId;
  // Only the id and the mark of an erased identity stay, and the put has made the mark (rule 24).
  if (delivered.erased === true) {
    const hashes = [null, null, null, null];
    const nothing = [null, null, 0, 0, ...hashes, '{}', '{}', '{}', '[]', null, '[]', '[]', '[]', null];
    return [row.identityId, ...nothing, outcome, reasonOf(settlement)];
  }
  // A refusal delivered nothing, so version and hashes stay those of the last delivery.
  const known = outcome === 'failed' ? before : row;
  // What is stored about a contact that is gone does not apply to the next one.
  const unlinked = delivered.contactId === null;
  const kept = unlinked ? undefined : before;
  const ofContact = contactId === before?.contactId ? before : undefined;
  return [
    row.identityId,
    contactId,
    known?.version ?? null,
    known?.verified ?? 0,
    known?.asOf ?? 0,
    known?.addressesHash ?? null,
    known?.contentHash ?? null,
    known?.profileHash ?? null,
    known?.mappingHash ?? null,
    JSON.stringify(delivered.sent ?? kept?.sent ?? {}),
    JSON.stringify(delivered.refused ?? kept?.refused ?? {}),
    JSON.stringify(delivered.kept ?? ofContact?.kept ?? {}),
    JSON.stringify(delivered.incomplete ?? ofContact?.incomplete ?? []),
    delivered.origin === undefined ? (ofContact?.origin ?? null) : delivered.origin,
    JSON.stringify(delivered.tags ?? kept?.tags ?? []),
    JSON.stringify(delivered.wrote ?? []),
    JSON.stringify(moved ? (ofContact?.mixedIn ?? []) : mixedInAfter(settlement, ofContact)),
    delivered.matched ?? null,
    outcome,
    reasonOf(settlement),
  ];
}

/** The fields with another identity's values that the delivery has not written again (rule 21). */
function mixedInAfter({ outcome, delivered }: Settlement, before: LedgerRow | undefined): readonly string[] {
  const left = before?.mixedIn ?? [];
  if (outcome === 'skipped') return left;
  return outcome === 'failed' ? left.filter((name) => delivered.wrote?.includes(name) !== true) : [];
}
