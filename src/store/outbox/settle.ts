import { z } from 'zod';
import type { Failure, Reason } from '../../model/outcome.ts';
import { ledgerRowsOf, ownersOf } from '../ledger.ts';
import type { LedgerRow } from '../ledger.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../sql.ts';
import type { Mark, OutboxRow } from './row.ts';

/** What the ledger remembers of a delivery; what is left out stays as it was. */
export interface Delivered {
  /** The link; null takes it away. */
  readonly contactId?: string | null;
  readonly sent?: { readonly [field: string]: string };
  readonly refused?: { readonly [field: string]: string };
  /** The identity is gone from Ory for good. */
  readonly deleted?: boolean;
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

const held = z.object({ identity_id: z.string(), revision: z.number() });

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
      `SELECT identity_id, revision FROM outbox
        WHERE lease_token = $1 AND identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(ids)],
    );
    const revisions = new Map(
      rows.map((row) => held.parse(row)).map((row) => [row.identity_id, row.revision]),
    );
    const ledger = await ledgerRowsOf(store, sql, ids);
    const owners = await ownersOf(store, sql, contactIdsOf(settlements));

    const results = new Map<string, Settled>();
    for (const settlement of settlements) {
      const id = settlement.row.identity_id;
      const revision = revisions.get(id);
      const result = await settleOne(store, sql, settlement, revision, ledger.get(id), owners);
      results.set(id, result);
    }
    await wakeWaiting(store, sql, [...revisions.keys()]);
    return results;
  });
}

function contactIdsOf(settlements: readonly Settlement[]): string[] {
  return settlements.map(({ delivered }) => delivered.contactId).filter((id) => typeof id === 'string');
}

async function settleOne(
  store: Store,
  sql: Sql,
  settlement: Settlement,
  revision: number | undefined,
  ledger: LedgerRow | undefined,
  owners: Map<string, string>,
): Promise<Settled> {
  const { row } = settlement;
  const id = row.identity_id;
  const { contactId } = settlement.delivered;
  const owner = typeof contactId === 'string' ? (owners.get(contactId) ?? id) : id;
  const taken = owner !== id;
  if (typeof contactId === 'string' && !taken) owners.set(contactId, id);
  if (revision === undefined) {
    if (typeof contactId === 'string' && !taken) await linkOnly(store, sql, id, contactId);
    return 'lost';
  }
  const outcome = taken ? emailTaken(row, owner) : settlement;
  await writeLedger(store, sql, outcome, ledger);
  const moved = revision !== row.revision;
  if (moved) await keepDue(sql, id, outcome.outcome === 'failed' ? outcome.marks : []);
  else if (outcome.outcome === 'failed') await fail(store, sql, row, outcome.failure, outcome.marks);
  else await sql.run('DELETE FROM outbox WHERE identity_id = $1', [id]);
  if (taken) return 'email_taken';
  return moved ? 'moved' : 'settled';
}

function emailTaken(row: OutboxRow, owner: string): Settlement {
  const message = `The contact is linked to another identity, ${owner}.`;
  const failure: Failure = { reason: 'email_taken', code: null, field: null, message, answer: null };
  return { row, delivered: {}, outcome: 'failed', failure, marks: row.marks };
}

async function linkOnly(store: Store, sql: Sql, id: string, contactId: string): Promise<void> {
  await sql.run(
    `INSERT INTO ledger (identity_id, contact_id, linked_at) VALUES ($1, $2, ${store.database.can.now})
     ON CONFLICT (identity_id) DO UPDATE SET contact_id = excluded.contact_id, linked_at = excluded.linked_at
      WHERE ledger.contact_id IS NULL`,
    [id, contactId],
  );
}

async function writeLedger(
  store: Store,
  sql: Sql,
  settlement: Settlement,
  before: LedgerRow | undefined,
): Promise<void> {
  const { row, delivered, outcome } = settlement;
  const { now } = store.database.can;
  const contactId = delivered.contactId === undefined ? (before?.contact_id ?? null) : delivered.contactId;
  const failed = outcome === 'failed';
  // A refusal delivered nothing: version and hashes stay those of the last delivery.
  const known = failed ? before : row;
  const reason =
    outcome === 'failed' ? settlement.failure.reason : outcome === 'skipped' ? settlement.reason : null;
  await sql.run(
    `INSERT INTO ledger (identity_id, contact_id, linked_at, version, verified, as_of, content_hash, mapping_hash,
                         sent, refused, outcome, reason, settled_at, deleted_at)
     VALUES ($1, $2, CASE WHEN $2 IS NOT NULL THEN ${now} END, $3, $4, $5, $6, $7, $8, $9, $10, $11, ${now}, CASE WHEN $12 = 1 THEN ${now} END)
     ON CONFLICT (identity_id) DO UPDATE SET
       linked_at = CASE WHEN ledger.contact_id = excluded.contact_id THEN ledger.linked_at ELSE excluded.linked_at END,
       contact_id = excluded.contact_id, version = excluded.version, verified = excluded.verified,
       as_of = excluded.as_of, content_hash = excluded.content_hash, mapping_hash = excluded.mapping_hash,
       sent = excluded.sent, refused = excluded.refused, outcome = excluded.outcome, reason = excluded.reason,
       settled_at = excluded.settled_at, deleted_at = COALESCE(excluded.deleted_at, ledger.deleted_at)`,
    [
      row.identity_id,
      contactId,
      known?.version ?? null,
      known?.verified ?? 0,
      known?.as_of ?? 0,
      known?.content_hash ?? null,
      known?.mapping_hash ?? null,
      JSON.stringify(delivered.sent ?? before?.sent ?? {}),
      JSON.stringify(delivered.refused ?? before?.refused ?? {}),
      outcome,
      reason,
      delivered.deleted === true ? 1 : 0,
    ],
  );
}

/** The row keeps the snapshot that was refused, which may be one read from Ory: a rerun must know it again (rule 4). */
async function fail(
  store: Store,
  sql: Sql,
  row: OutboxRow,
  failure: Failure,
  marks: readonly Mark[],
): Promise<void> {
  await sql.run(
    `UPDATE outbox
        SET state = 'failed', lease_token = NULL, lease_until = NULL, marks = $2, strikes = 0, first_strike_at = NULL,
            batch_limit = 100, attempts = 0, later_since = NULL, waits_for = NULL, waits_since = NULL, compare = 0,
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
