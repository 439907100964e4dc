import { addDelivered } from '../../delivered.ts';
import { dropHeritage } from '../../heritage.ts';
import { ledgerRowsOf, ownersOf } from '../../ledger.ts';
import type { LedgerRow } from '../../ledger.ts';
import type { Store } from '../../open.ts';
import { addToCounts } from '../../scan/counts.ts';
import type { Sql } from '../../engine/sql.ts';
import { noteMixUps } from '../mix-up.ts';
import { releaseRow } from '../release.ts';
import { putEraseIn } from '../put/put-erase.ts';
import { linkOnly, writeLedger } from './settle-ledger.ts';
import type { Settlement } from './settlement.ts';
import { settleKeys } from './settle-keys.ts';
import { countedAs, heldRow, settlingsOf } from './settling.ts';
import type { Settled, Settling } from './settling.ts';
import { fail, keepDue } from './settle-row.ts';
import { wakeWaiting } from '../wake.ts';
import { wakeRefused } from './wake-refused.ts';

/** How long a row at most waits before it looks at the contact of another identity again. Settling wakes it. */
const LOOK_AGAIN_MS = 5_000;

export interface SettleRules {
  /** Identities can be read from Ory. */
  readonly adminReads?: boolean;
}

/**
 * Writes outcomes to the ledger and removes the rows, in one transaction (rules 8, 12).
 * - A row whose lease is lost changes nothing. But a contact id just learned still goes to a ledger row
 *   that has none. If the identity is erased, that contact is to be erased too.
 * - A row whose revision moved meanwhile stays due, because its new content has not been delivered.
 * - A contact that is linked to another identity fails only that row. If Zoho has written to it, its identity
 *   is due, and with the admin API the row waits for that one instead (rule 21).
 */
export function settle(
  store: Store,
  token: string,
  settlements: readonly Settlement[],
  { adminReads = false }: SettleRules = {},
): Promise<Map<string, Settled>> {
  const ids = settlements.map((settlement) => settlement.row.identityId);
  return store.database.write(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, revision, scan, waits_for, ${store.database.can.now} - waits_since AS waited_ms FROM outbox
        WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(ids)],
    );
    const holding = new Map(rows.map((row) => heldRow.parse(row)).map((row) => [row.identityId, row]));
    const ledger = await ledgerRowsOf(store, sql, ids);
    const owners = await ownersOf(store, sql, contactIdsOf(settlements));

    const settlings = settlingsOf(settlements, holding, owners, adminReads);
    const held = settlings.filter(({ result }) => result !== 'lost');
    const kept = held.filter(({ result }) => result !== 'waits');
    await linkAllLate(store, sql, settlings, owners, ledger);
    // An erasure whose row has moved is repeated, and needs the link until then.
    const known = kept.filter(({ settlement, moved }) => !(moved && settlement.delivered.erased === true));
    await writeLedger(
      store,
      sql,
      known.map(({ settlement, moved }) => ({
        settlement,
        moved,
        before: ledger.get(settlement.row.identityId),
      })),
    );
    await dropHeritage(
      store,
      sql,
      known.flatMap(({ settlement }) => takenOver(settlement)),
    );
    await leaveOutbox(store, sql, kept);
    await letWait(store, sql, token, held);
    await settleKeys(
      store,
      sql,
      kept.map(({ settlement }) => settlement),
      known.map(({ settlement }) => settlement),
    );
    await tellOthers(store, sql, settlings, adminReads);
    await count(store, sql, kept);
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

async function linkAllLate(
  store: Store,
  sql: Sql,
  settlings: readonly Settling[],
  owners: ReadonlyMap<string, string>,
  ledger: ReadonlyMap<string, LedgerRow>,
): Promise<void> {
  for (const { settlement, result } of settlings) {
    const erased = ledger.get(settlement.row.identityId)?.erasedAt != null;
    if (result === 'lost') await linkLate(store, sql, settlement, owners, erased);
  }
}

/** Identities whose contact Zoho has written to are due. */
function tellOthers(
  store: Store,
  sql: Sql,
  settlings: readonly Settling[],
  adminReads: boolean,
): Promise<void> {
  const mixUps = settlings.flatMap(({ mixUp }) => mixUp ?? []);
  return noteMixUps(store, sql, mixUps, adminReads);
}

async function count(store: Store, sql: Sql, settlings: readonly Settling[]): Promise<void> {
  await addToCounts(sql, settlings.flatMap(countedAs));
  await addDelivered(
    store,
    sql,
    settlings.map(({ settlement }) => settlement.outcome),
  );
}

/** Rows that wait until another identity has its contact back. */
async function letWait(store: Store, sql: Sql, token: string, settlings: readonly Settling[]): Promise<void> {
  for (const { settlement, mixUp } of settlings.filter(({ result }) => result === 'waits')) {
    const { identityId } = settlement.row;
    const wait = { dueInMs: LOOK_AGAIN_MS, waitsFor: mixUp?.ownerId ?? identityId };
    await releaseRow(store, sql, token, { identityId, marks: [], ...wait });
  }
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
