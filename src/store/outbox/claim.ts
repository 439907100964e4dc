import { randomUUID } from 'node:crypto';
import type { Priority } from '../../model/event.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../sql.ts';
import { LEASE_MS, OUTBOX_COLUMNS, outboxRow } from './row.ts';
import type { OutboxRow } from './row.ts';

/** Rows of one claim: they share a lease. */
export interface Claim {
  readonly token: string;
  readonly rows: readonly OutboxRow[];
}

/** The priority of a backfill. */
const LEAST: Priority = 3;
/** Candidates read beyond what is wanted, since those with one email go one at a time. */
const SPARE = 20;

/** Which rows a claim chooses from; what is left out puts no limit. */
export interface Choice {
  /** Identities to take only where nothing else is due: those of a batch that failed (rule 13). */
  readonly last?: readonly string[] | undefined;
  readonly only?: readonly string[] | undefined;
  /** Rows of no less priority: with 1, none of scans (rule 29). */
  readonly priority?: Priority | undefined;
}

/**
 * Leases due rows to the caller: by priority, then age; never two with one email, nor one whose email another lease
 * holds (rule 10).
 * @param atMost rows at most
 */
export function claim(store: Store, atMost: number, choice: Choice = {}): Promise<Claim> {
  const { last = [] } = choice;
  return store.database.write(async (sql) => {
    const limit = atMost + SPARE;
    const others = await candidates(store, sql, limit, 'NOT IN', { ...choice, last });
    const rows =
      others.length === 0 && last.length > 0
        ? await candidates(store, sql, limit, 'IN', { ...choice, last })
        : others;
    return lease(store, sql, withoutTwins(rows).slice(0, atMost));
  });
}

async function candidates(
  store: Store,
  sql: Sql,
  limit: number,
  relation: 'IN' | 'NOT IN',
  { last, only, priority = LEAST }: Choice & { readonly last: readonly string[] },
): Promise<OutboxRow[]> {
  const { now, texts } = store.database.can;
  const held = (column: string) => `
    SELECT 1 FROM outbox AS held
     WHERE held.lease_token IS NOT NULL AND held.lease_until > ${now}
       AND held.${column} IN (outbox.email_key, outbox.mapped_key)`;
  const rows = await sql.all(
    `SELECT ${OUTBOX_COLUMNS} FROM outbox
      WHERE state = 'waiting' AND due_at <= ${now} AND (lease_until IS NULL OR lease_until <= ${now})
        AND priority <= $3 AND identity_id ${relation} ${texts('$2')}
        ${only === undefined ? '' : `AND identity_id IN ${texts('$4')}`}
        AND NOT EXISTS (${held('leased_key')}) AND NOT EXISTS (${held('mapped_key')})
      ORDER BY priority, due_at LIMIT $1`,
    [limit, JSON.stringify(last), priority, ...(only === undefined ? [] : [JSON.stringify(only)])],
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
