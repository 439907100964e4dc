import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { NOT_FAILED, WAITS_FOR_NONE } from './row.ts';

/** Rows that wait for one of these identities to settle are due now (rule 21). */
export async function wakeWaiting(store: Store, sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.run(
    `UPDATE outbox SET due_at = ${store.database.can.now}, waits_for = NULL
      WHERE state = 'waiting' AND waits_for IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(ids)],
  );
}

/**
 * Rows that failed as `email_taken` because of one of these identities are due again. Its contact has another
 * email by now, or is no longer its own, or its doubt is settled (rule 21).
 */
export async function wakeFreed(store: Store, sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.run(
    `UPDATE outbox SET ${dueAgain(store)} WHERE state = 'failed' AND waits_for IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(ids)],
  );
}

/**
 * All rows that failed as `email_taken` look once more, because a salesperson may have freed the email.
 * @returns how many
 */
export function retryTaken(store: Store): Promise<number> {
  return store.database.write((sql) =>
    sql.run(`UPDATE outbox SET ${dueAgain(store)} WHERE state = 'failed' AND reason = 'email_taken'`),
  );
}

/** SQL: what makes a failed row waiting and due now. */
export function dueAgain({ database }: Store): string {
  return `state = 'waiting', put_at = ${database.can.now}, due_at = ${database.can.now},
          ${WAITS_FOR_NONE}, ${NOT_FAILED}`;
}
