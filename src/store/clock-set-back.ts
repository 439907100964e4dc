import { z } from 'zod';
import type { Store } from './open.ts';
import { LEASE_MS } from './outbox/row.ts';
import type { Sql } from './engine/sql.ts';

/** A clock may be corrected by this much without a report. A heartbeat comes each second. */
const SLACK_MS = 2_000;

/** The columns that hold a past or future time: everything that this store compares with its clock. */
const MOMENTS: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['outbox', ['put_at', 'due_at', 'first_strike_at', 'later_since', 'waits_since', 'failed_at']],
  ['ledger', ['linked_at', 'settled_at', 'erased_at', 'deleted_at']],
  ['scan', ['started_at', 'finished_at']],
  ['process', ['started_at', 'beat_at']],
  ['field_list', ['read_at']],
  ['store', ['born_at', 'served_at', 'empty_body_at', 'empty_since', 'empty_rest_until']],
];

const newest = z.object({ ahead: z.number().nullable() });

/**
 * Detects, inside a transaction, whether the clock was set back: then the newest heartbeat of any process
 * lies in the future. All future times are moved back by that amount and 2 s more, because rows may be
 * younger than the heartbeat. So due rows are due, and waiting rows wait about as long as planned. A lease
 * has at most 10 s left, and a living holder renews it.
 * @returns the least number of ms by which the clock was set back, or 0
 */
export async function followClock(store: Store, sql: Sql): Promise<number> {
  const { now } = store.database.can;
  const rows = await sql.all(
    `SELECT MAX(at) - ${now} AS ahead FROM (SELECT served_at AS at FROM store UNION ALL SELECT beat_at FROM process) AS beats`,
  );
  const ahead = newest.parse(rows[0]).ahead ?? 0;
  if (ahead <= SLACK_MS) return 0;
  for (const [table, columns] of MOMENTS) {
    const moved = columns.map(
      (column) => `${column} = CASE WHEN ${column} > ${now} THEN ${column} - $1 ELSE ${column} END`,
    );
    const inTheFuture = columns.map((column) => `${column} > ${now}`);
    await sql.run(`UPDATE ${table} SET ${moved.join(', ')} WHERE ${inTheFuture.join(' OR ')}`, [
      ahead + SLACK_MS,
    ]);
  }
  await sql.run(
    `UPDATE outbox SET lease_until = ${now} + ${LEASE_MS} WHERE lease_until > ${now} + ${LEASE_MS}`,
  );
  return ahead;
}
