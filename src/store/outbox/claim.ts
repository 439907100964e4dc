import { randomUUID } from 'node:crypto';
import type { Store } from '../open.ts';
import type { Sql } from '../sql.ts';
import { LEASE_MS, OUTBOX_COLUMNS, outboxRow } from './row.ts';
import type { OutboxRow } from './row.ts';

/** Rows of one claim: they share a lease. */
export interface Claim {
  readonly token: string;
  readonly rows: readonly OutboxRow[];
}

/** Candidates read beyond what is wanted, since those with one email go one at a time. */
const SPARE = 20;

/**
 * Leases due rows to the caller: by priority, then age; never two with one email, nor one whose email another lease
 * holds (rule 10).
 * @param atMost rows at most
 * @param last identities to take only where nothing else is due: those of a batch that failed (rule 13)
 * @param only identities to choose from; undefined: all
 */
export function claim(
  store: Store,
  atMost: number,
  last: readonly string[] = [],
  only?: readonly string[],
): Promise<Claim> {
  return store.database.write(async (sql) => {
    const limit = atMost + SPARE;
    const others = await candidates(store, sql, limit, { relation: 'NOT IN', identityIds: last, only });
    const rows =
      others.length === 0 && last.length > 0
        ? await candidates(store, sql, limit, { relation: 'IN', identityIds: last, only })
        : others;
    return lease(store, sql, withoutTwins(rows).slice(0, atMost));
  });
}

interface Among {
  readonly relation: 'IN' | 'NOT IN';
  readonly identityIds: readonly string[];
  readonly only: readonly string[] | undefined;
}

async function candidates(
  store: Store,
  sql: Sql,
  limit: number,
  { relation, identityIds, only }: Among,
): Promise<OutboxRow[]> {
  const { now, texts } = store.database.can;
  const held = (column: string) => `
    SELECT 1 FROM outbox AS held
     WHERE held.lease_token IS NOT NULL AND held.lease_until > ${now}
       AND held.${column} IN (outbox.email_key, outbox.mapped_key)`;
  const rows = await sql.all(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox
      WHERE state = 'waiting' AND due_at <= ${now} AND (lease_until IS NULL OR lease_until <= ${now})
        AND identity_id ${relation} ${texts('$2')} ${only === undefined ? '' : `AND identity_id IN ${texts('$3')}`}
        AND NOT EXISTS (${held('leased_key')}) AND NOT EXISTS (${held('mapped_key')})
      ORDER BY priority, due_at LIMIT $1`,
    [limit, JSON.stringify(identityIds), ...(only === undefined ? [] : [JSON.stringify(only)])],
  );
  return rows.map((row) => outboxRow.parse(row));
}

/** The first row of each email. */
function withoutTwins(rows: readonly OutboxRow[]): OutboxRow[] {
  const taken = new Set<string>();
  return rows.filter((row) => {
    const keys = [row.email_key, row.mapped_key].filter((key) => key !== null);
    if (keys.some((key) => taken.has(key))) return false;
    keys.forEach((key) => taken.add(key));
    return true;
  });
}

async function lease(store: Store, sql: Sql, rows: readonly OutboxRow[]): Promise<Claim> {
  const token = randomUUID();
  if (rows.length > 0) {
    await sql.run(
      `UPDATE outbox SET lease_token = $1, lease_until = ${store.database.can.now} + ${LEASE_MS}, leased_key = email_key
        WHERE identity_id IN ${store.database.can.texts('$2')}`,
      [token, JSON.stringify(rows.map((row) => row.identity_id))],
    );
  }
  return { token, rows };
}
