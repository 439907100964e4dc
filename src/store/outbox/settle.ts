import { z } from 'zod';
import type { Failure, Reason } from '../../model/outcome.ts';
import { ledgerRowsOf, ownersOf } from '../ledger.ts';
import type { LedgerRow } from '../ledger.ts';
import type { Store } from '../open.ts';
import { addToCounts } from '../scan/counts.ts';
import type { CountedOutcome } from '../scan/counts.ts';
import type { Sql } from '../sql.ts';
import type { Mark, OutboxRow } from './row.ts';
import { linkOnly, reasonOf, writeLedger } from './settle-ledger.ts';

/** What the ledger remembers of a delivery; what is left out stays as it was. */
export interface Delivered {
  /** The link; null takes it away, and with it all that is remembered of the contact. */
  readonly contactId?: string | null;
  readonly sent?: { readonly [field: string]: string };
  readonly refused?: { readonly [field: string]: string };
  /** Tags we have put on the contact. */
  readonly tags?: readonly string[];
  /** Fields of the last write. */
  readonly wrote?: readonly string[];
  /** True: the identity is gone from Ory for good. False: a strong read has found it after all. */
  readonly deleted?: boolean;
  /** Nothing but the mark stays (rule 24). */
  readonly erased?: true;
}

/** The outcome of one claimed row. */
export type Settlement = {
  /** The row as it was claimed; after a strong read with what that yielded. */
  readonly row: OutboxRow;
  readonly delivered: Delivered;
} & (
  | { readonly outcome: 'created' | 'updated' | 'unchanged' }
  | { readonly outcome: 'skipped'; readonly reason: Reason }
  /** `marks`: those still in doubt, which a failed row keeps. */
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly marks: readonly Mark[] }
);

/** What settling came to, by identity: settled, still due because a newer put came, or the lease was lost. */
export type Settled = 'settled' | 'moved' | 'lost' | 'email_taken';

const held = z.object({ identity_id: z.string(), revision: z.number(), scan: z.number().nullable() });

/**
 * Writes outcomes to the ledger and takes the rows out, in one transaction (rules 8, 12).
 * - A row whose lease is lost changes nothing, but a contact id just learned still goes to a ledger row that has none.
 * - A row whose revision moved meanwhile stays due: what it holds now has not been delivered.
 * - A contact that another identity is linked to fails that row alone.
 */
export function settle(
  store: Store,
  token: string,
  settlements: readonly Settlement[],
): Promise<Map<string, Settled>> {
  const ids = settlements.map((settlement) => settlement.row.identity_id);
  return store.database.write(async (sql) => {
    const rows = await sql.all(
      `SELECT identity_id, revision, scan FROM outbox
        WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(ids)],
    );
    const holding = new Map(rows.map((row) => held.parse(row)).map((row) => [row.identity_id, row]));
    const ledger = await ledgerRowsOf(store, sql, ids);
    const owners = await ownersOf(store, sql, contactIdsOf(settlements));

    const results = new Map<string, Settled>();
    const written: { settlement: Settlement; before: LedgerRow | undefined }[] = [];
    const gone: string[] = [];
    const counted: CountedOutcome[] = [];
    for (const settlement of settlements) {
      const id = settlement.row.identity_id;
      const row = holding.get(id);
      const owner = takeLink(settlement, owners);
      if (row === undefined) {
        const { contactId } = settlement.delivered;
        if (typeof contactId === 'string' && owner === id) await linkOnly(store, sql, id, contactId);
        results.set(id, 'lost');
        continue;
      }
      const taken = owner !== id;
      const outcome = taken ? emailTaken(settlement.row, owner) : settlement;
      written.push({ settlement: outcome, before: ledger.get(id) });
      const moved = row.revision !== settlement.row.revision;
      if (moved) await keepDue(sql, id, outcome.outcome === 'failed' ? outcome.marks : []);
      else if (outcome.outcome === 'failed') await fail(store, sql, outcome);
      else gone.push(id);
      results.set(id, taken ? 'email_taken' : moved ? 'moved' : 'settled');
      if (!moved && row.scan !== null) {
        counted.push({ run: row.scan, outcome: outcome.outcome, reason: reasonOf(outcome) });
      }
    }
    await writeLedger(store, sql, written);
    await sql.run(`DELETE FROM outbox WHERE identity_id IN ${store.database.can.texts('$1')}`, [
      JSON.stringify(gone),
    ]);
    await addToCounts(sql, counted);
    await wakeWaiting(store, sql, [...holding.keys()]);
    return results;
  });
}

function contactIdsOf(settlements: readonly Settlement[]): string[] {
  return settlements.map(({ delivered }) => delivered.contactId).filter((id) => typeof id === 'string');
}

/** @returns the identity that the contact belongs to from now on; another one's link is left alone */
function takeLink({ row, delivered: { contactId } }: Settlement, owners: Map<string, string>): string {
  if (typeof contactId !== 'string') return row.identity_id;
  const owner = owners.get(contactId) ?? row.identity_id;
  owners.set(contactId, owner);
  return owner;
}

function emailTaken(row: OutboxRow, owner: string): Extract<Settlement, { outcome: 'failed' }> {
  const message = `The contact is linked to another identity, ${owner}.`;
  const failure: Failure = { reason: 'email_taken', code: null, field: null, message, answer: null };
  return { row, delivered: {}, outcome: 'failed', failure, marks: row.marks };
}

/** The row keeps the snapshot that was refused, which may be one read from Ory: a rerun must know it again (rule 4). */
async function fail(
  store: Store,
  sql: Sql,
  { row, failure, marks }: Extract<Settlement, { outcome: 'failed' }>,
): Promise<void> {
  await sql.run(
    `UPDATE outbox
        SET state = 'failed', lease_token = NULL, lease_until = NULL, marks = $2, strikes = 0, first_strike_at = NULL,
            batch_limit = 100, attempts = 0, later_since = NULL, waits_for = NULL, waits_since = NULL, compare = 0,
            scan = NULL,
            reason = $3, code = $4, field = $5, message = $6, answer = $7, failed_at = ${store.database.can.now},
            payload = $8, hint = $9, read_first = $10, version = $11, verified = $12, as_of = $13,
            content_hash = $14, mapping_hash = $15
      WHERE identity_id = $1`,
    [
      row.identity_id,
      JSON.stringify(marks),
      failure.reason,
      failure.code,
      failure.field,
      failure.message,
      failure.answer,
      row.payload,
      Number(row.hint),
      Number(row.read_first),
      row.version,
      row.verified,
      row.as_of,
      row.content_hash,
      row.mapping_hash,
    ],
  );
}

async function keepDue(sql: Sql, id: string, marks: readonly Mark[]): Promise<void> {
  await sql.run(
    `UPDATE outbox
        SET lease_token = NULL, lease_until = NULL, marks = $2, strikes = 0, first_strike_at = NULL, batch_limit = 100,
            attempts = 0, later_since = NULL, waits_for = NULL, waits_since = NULL, mapped_key = NULL
      WHERE identity_id = $1`,
    [id, JSON.stringify(marks)],
  );
}

/** Rows that wait for one of these to settle are due now (rule 21). */
async function wakeWaiting(store: Store, sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run(
    `UPDATE outbox SET due_at = ${store.database.can.now}, waits_for = NULL
      WHERE waits_for IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(ids)],
  );
}
