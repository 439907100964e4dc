import { addDelivered } from '../../delivered.ts';
import { z } from 'zod';
import { ownFailure } from '../../../model/outcome.ts';
import { dropHeritage } from '../../heritage.ts';
import { ledgerRowsOf, ownersOf } from '../../ledger.ts';
import type { Store } from '../../open.ts';
import { addToCounts } from '../../scan/counts.ts';
import type { CountedOutcome } from '../../scan/counts.ts';
import type { Sql } from '../../engine/sql.ts';
import type { OutboxRow } from '../row.ts';
import { putEraseIn } from '../put/put-erase.ts';
import { linkOnly, writeLedger } from './settle-ledger.ts';
import { reasonOf } from './settlement.ts';
import type { Settlement } from './settlement.ts';
import { settleKeys } from './settle-keys.ts';
import { fail, keepDue } from './settle-row.ts';
import { wakeWaiting } from '../wake.ts';
import { wakeRefused } from './wake-refused.ts';

/** The result of settling, by identity: settled, still due because of a newer put, or the lease was lost. */
export type Settled = 'settled' | 'moved' | 'lost' | 'email_taken';

const held = z.object({
  identityId: z.string(),
  revision: z.number(),
  scan: z.number().nullable(),
  waitsFor: z.string().nullable(),
});
type Held = z.infer<typeof held>;

/**
 * Writes outcomes to the ledger and removes the rows, in one transaction (rules 8, 12).
 * - A row whose lease is lost changes nothing. But a contact id just learned still goes to a ledger row
 *   that has none. If the identity is erased, that contact is to be erased too.
 * - A row whose revision moved meanwhile stays due, because its new content has not been delivered.
 * - A contact that is linked to another identity fails only that row.
 */
export function settle(
  store: Store,
  token: string,
  settlements: readonly Settlement[],
): Promise<Map<string, Settled>> {
  const ids = settlements.map((settlement) => settlement.row.identityId);
  return store.database.write(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, revision, scan, waits_for FROM outbox
        WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(ids)],
    );
    const holding = new Map(rows.map((row) => held.parse(row)).map((row) => [row.identityId, row]));
    const ledger = await ledgerRowsOf(store, sql, ids);
    const owners = await ownersOf(store, sql, contactIdsOf(settlements));

    const settlings = settlements.map((settlement) =>
      settlingOf(settlement, holding.get(settlement.row.identityId), owners),
    );
    const kept = settlings.filter(({ result }) => result !== 'lost');
    for (const { settlement, result } of settlings) {
      const erased = ledger.get(settlement.row.identityId)?.erasedAt != null;
      if (result === 'lost') await linkLate(store, sql, settlement, owners, erased);
    }
    // An erasure whose row has moved is repeated, and needs the link until then.
    const known = kept.filter(({ settlement, moved }) => !(moved && settlement.delivered.erased === true));
    await writeLedger(
      store,
      sql,
      known.map(({ settlement }) => ({ settlement, before: ledger.get(settlement.row.identityId) })),
    );
    await dropHeritage(
      store,
      sql,
      known.flatMap(({ settlement }) => takenOver(settlement)),
    );
    await leaveOutbox(store, sql, kept);
    await settleKeys(
      store,
      sql,
      kept.map(({ settlement }) => settlement),
      known.map(({ settlement }) => settlement),
    );
    await addToCounts(sql, kept.flatMap(countedAs));
    await addDelivered(
      store,
      sql,
      kept.map(({ settlement }) => settlement.outcome),
    );
    await wakeWaiting(store, sql, [...holding.keys()]);
    await wakeRefused(
      store,
      sql,
      kept.map(({ settlement }) => settlement),
      ledger,
    );
    return new Map(settlings.map(({ settlement, result }) => [settlement.row.identityId, result]));
  });
}

/**
 * The contact of a delivery that wrote all of it. Its heritage from another identity is no longer needed
 * (rule 21).
 */
function takenOver({ delivered: { contactId }, outcome }: Settlement): string[] {
  return typeof contactId === 'string' && outcome !== 'failed' && outcome !== 'skipped' ? [contactId] : [];
}

/** A settlement and its effect in this store. */
interface Settling {
  /** The settlement as written. Another identity may have the contact. */
  readonly settlement: Settlement;
  readonly result: Settled;
  /** A newer put came meanwhile, so the row stays due. */
  readonly moved: boolean;
  readonly scan: number | null;
}

function settlingOf(settlement: Settlement, row: Held | undefined, owners: Map<string, string>): Settling {
  const owner = takeLink(settlement, owners);
  if (row === undefined) return { settlement, result: 'lost', moved: false, scan: null };
  const moved = row.revision !== settlement.row.revision || isFreeByNow(settlement, row);
  if (owner !== settlement.row.identityId) {
    return { settlement: emailTaken(settlement.row, owner), result: 'email_taken', moved, scan: row.scan };
  }
  return { settlement, result: moved ? 'moved' : 'settled', moved, scan: row.scan };
}

/** The identity that had the value of a unique field has settled since Zoho refused it. */
function isFreeByNow(settlement: Settlement, { waitsFor }: Held): boolean {
  if (settlement.outcome !== 'failed' || settlement.waitsFor === undefined) return false;
  return settlement.failure.reason.startsWith('duplicate_') && waitsFor !== settlement.waitsFor;
}

/** A row that stays due is counted when it leaves. */
function countedAs({ settlement, moved, scan }: Settling): CountedOutcome[] {
  return moved || scan === null
    ? []
    : [{ run: scan, outcome: settlement.outcome, reason: reasonOf(settlement) }];
}

async function leaveOutbox(store: Store, sql: Sql, settlings: readonly Settling[]): Promise<void> {
  const gone: string[] = [];
  for (const { settlement, moved } of settlings) {
    const id = settlement.row.identityId;
    if (moved) await keepDue(sql, id, settlement.outcome === 'failed' ? settlement.marks : []);
    else if (settlement.outcome === 'failed') await fail(store, sql, settlement);
    else gone.push(id);
  }
  await sql.run(`DELETE FROM outbox WHERE identity_id IN ${store.database.can.texts('$1')}`, [
    JSON.stringify(gone),
  ]);
}

async function linkLate(
  store: Store,
  sql: Sql,
  { row, delivered }: Settlement,
  owners: ReadonlyMap<string, string>,
  erased: boolean,
): Promise<void> {
  const { contactId } = delivered;
  if (typeof contactId !== 'string' || owners.get(contactId) !== row.identityId) return;
  const linked = await linkOnly(store, sql, row.identityId, { ...delivered, contactId });
  if (linked && erased) await putEraseIn(store, sql, row.identityId, null);
}

function contactIdsOf(settlements: readonly Settlement[]): string[] {
  return settlements.map(({ delivered }) => delivered.contactId).filter((id) => typeof id === 'string');
}

/** @returns the identity that has the contact from now on. Another identity's link is left alone */
function takeLink({ row, delivered: { contactId } }: Settlement, owners: Map<string, string>): string {
  if (typeof contactId !== 'string') return row.identityId;
  const owner = owners.get(contactId) ?? row.identityId;
  owners.set(contactId, owner);
  return owner;
}

function emailTaken(row: OutboxRow, owner: string): Extract<Settlement, { outcome: 'failed' }> {
  const message = `The contact is linked to another identity, ${owner}.`;
  const failure = ownFailure('email_taken', message);
  return { row, delivered: {}, outcome: 'failed', failure, marks: row.marks, waitsFor: owner };
}
