import { z } from 'zod';
import type { Store } from './open.ts';
import { LEASE_MS } from './outbox/row.ts';
import type { Sql } from './engine/sql.ts';

/** What a clock may be corrected by without a word; a beat comes each second. */
const SLACK_MS = 2_000;

/** Columns that hold a moment, or one to come: all that this store compares with its clock. */
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
 * Sees whether the clock was set back, inside a transaction: the newest beat of any process lies in the future. Then all
 * that lies in the future moves back by as much and 2 s, since rows may be younger than the beat: what was due is due, and
 * what was to wait waits about as long as it was to. A lease has 10 s left at most, which its holder renews if it lives.
 * @returns by how many ms the clock was set back, at least; 0: it was not
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
