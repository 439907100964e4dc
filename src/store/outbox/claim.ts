import type { Priority } from '../../model/event.ts';
import { isHeld } from '../key/holders.ts';
import { keysInDoubt } from '../key/key.ts';
import { leaseKeys, leaseKeysInDoubt } from '../key/lease.ts';
import { waitForDoubts } from '../key/summon.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { isFree, LEASE_MS, OUTBOX_COLUMNS, outboxRow } from './row.ts';
import type { OutboxRow } from './row.ts';

/** Rows of one claim, which share a lease. */
export interface Claim {
  readonly token: string;
  readonly rows: readonly OutboxRow[];
  /** Those claimed only to settle their doubt, because another identity waits for it (rule 10). */
  readonly doubtOnly: ReadonlySet<string>;
  /** Those that have waited too long for another identity's doubt -> that identity. */
  readonly blocked: ReadonlyMap<string, string>;
}

/** The priority of a backfill. */
const LEAST: Priority = 3;
/** How many extra candidates are read, because rows with the same email are delivered one at a time. */
const SPARE = 20;

/** Limits the rows that a claim chooses from. What is left out sets no limit. */
export interface Choice {
  /**
   * Identities to take only if nothing else is due: those of a batch that failed (rule 13). They take turns:
   * the first of these goes first.
   */
  readonly last?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  /** Only rows of at least this priority. 1 leaves out the rows of scans (rule 29). */
  readonly priority?: Priority | undefined;
}

/**
 * Leases due rows to the caller, by priority, then age. It never takes two rows with one email, nor a row
 * whose email another identity holds (rule 10). A row with a call in doubt leases the keys of that call
 * instead of its email, because it settles the doubt first.
 * @param atMost rows at most
 */
export function claim(store: Store, atMost: number, choice: Choice = {}): Promise<Claim> {
  const { last = [], priority = LEAST } = choice;
  return store.database.write(async (sql) => {
    const blocked = await waitForDoubts(store, sql, priority);
    const from = (relation: Relation) => {
      const limit = relation === 'IN' ? last.length : atMost + SPARE;
      return candidates(store, sql, limit, relation, choice, blocked);
    };
    const others = await from('NOT IN');
    const { due, wanted } = isEmpty(others) && last.length > 0 ? inTurn(await from('IN'), last) : others;
    const dueIds = new Set(due.map(({ identityId }) => identityId));
    const forDoubt = wanted.filter(({ identityId }) => !dueIds.has(identityId));
    const rows = withoutTwins([...forDoubt, ...due]).slice(0, atMost);
    const ids = rows.map(({ identityId }) => identityId);
    return {
      token: await lease(store, sql, rows, blocked),
      rows,
      doubtOnly: new Set(ids.filter((id) => !dueIds.has(id))),
      blocked: new Map([...blocked].filter(([id]) => ids.includes(id))),
    };
  });
}

type Relation = 'IN' | 'NOT IN';

interface Candidates {
  readonly due: readonly OutboxRow[];
  /** Due or not: another row waits for their doubt. */
  readonly wanted: readonly OutboxRow[];
}

function isEmpty({ due, wanted }: Candidates): boolean {
  return due.length + wanted.length === 0;
}

/** In the order of `last`. */
function inTurn({ due, wanted }: Candidates, last: readonly string[]): Candidates {
  const places = new Map(last.map((id, place) => [id, place]));
  const placeOf = ({ identityId }: OutboxRow) => places.get(identityId) ?? 0;
  return { due: due.toSorted((left, right) => placeOf(left) - placeOf(right)), wanted };
}

async function candidates(
  store: Store,
  sql: Sql,
  limit: number,
  relation: Relation,
  { last = [], only, priority = LEAST }: Choice,
  blocked: ReadonlyMap<string, string>,
): Promise<Candidates> {
  const { now, texts } = store.database.can;
  const restriction = only === undefined ? '' : `AND identity_id IN ${texts('$4')}`;
  const select = (condition: string, order: string) => `
    SELECT ${OUTBOX_COLUMNS} FROM outbox
     WHERE ${condition} AND ${isFree(store)}
       AND identity_id ${relation} ${texts('$2')} ${restriction}
     ORDER BY ${order} LIMIT $1`;
  const parameters = [
    limit,
    JSON.stringify(last),
    priority,
    ...(only === undefined ? [] : [JSON.stringify(only)]),
  ];
  const parameter = `$${parameters.length + 1}`;
  const free = `NOT EXISTS (${othersOf(store)}) OR EXISTS (${OWN_DOUBT}) OR identity_id IN ${texts(parameter)}`;
  const dueNow = `state = 'waiting' AND due_at <= ${now} AND priority <= $3`;
  const due = await sql.all(select(`${dueNow} AND (${free})`, 'priority, due_at'), [
    ...parameters,
    JSON.stringify([...blocked.keys()]),
  ]);
  const wanted = await sql.all(select('settle_doubt <= $3', 'settle_doubt'), parameters);
  return { due: due.map((row) => outboxRow.parse(row)), wanted: wanted.map((row) => outboxRow.parse(row)) };
}

/**
 * SQL: other identities that hold the email of an outbox row. A deletion writes nothing under it, so a doubt
 * does not stop it.
 */
function othersOf(store: Store): string {
  return `SELECT 1 FROM identity_key AS other
           WHERE other.key IN (outbox.email_key, outbox.mapped_key) AND other.identity_id <> outbox.identity_id
             AND (other.in_doubt = 0 OR outbox.kind = 'upsert') AND ${isHeld(store, 'other')}`;
}

const OWN_DOUBT =
  'SELECT 1 FROM identity_key AS own WHERE own.identity_id = outbox.identity_id AND own.in_doubt = 1';

/** The first row of each email. A row that settles a doubt first does not work under its email yet. */
function withoutTwins(rows: readonly OutboxRow[]): OutboxRow[] {
  const taken = new Set<string>();
  return rows.filter((row) => {
    const keys = hasDoubt(row) ? [] : emailKeysOf(row);
    if (keys.some((key) => taken.has(key))) return false;
    keys.forEach((key) => taken.add(key));
    return true;
  });
}

function hasDoubt({ marks }: OutboxRow): boolean {
  return keysInDoubt(marks).length > 0;
}

function emailKeysOf({ emailKey, mappedKey }: OutboxRow): string[] {
  return [...new Set([emailKey, mappedKey].filter((key) => key !== null))];
}

async function lease(
  store: Store,
  sql: Sql,
  rows: readonly OutboxRow[],
  blocked: ReadonlyMap<string, string>,
): Promise<string> {
  const token = store.world.uuid();
  if (rows.length === 0) return token;
  await sql.run(
    `UPDATE outbox SET lease_token = $1, lease_until = ${store.database.can.now} + ${LEASE_MS}
      WHERE identity_id IN ${store.database.can.texts('$2')}`,
    [token, JSON.stringify(rows.map(({ identityId }) => identityId))],
  );
  const doubtful = rows.filter(hasDoubt);
  await leaseKeysInDoubt(
    store,
    sql,
    token,
    doubtful.map(({ identityId }) => identityId),
  );
  const others = rows.filter((row) => !doubtful.includes(row) && !blocked.has(row.identityId));
  await leaseKeys(
    sql,
    token,
    others.flatMap((row) => emailKeysOf(row).map((key) => ({ identityId: row.identityId, key }))),
  );
  return token;
}
