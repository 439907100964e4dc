import type { Sql } from '../engine/sql.ts';

/**
 * Everything that waits or has failed is read from Ory before it is delivered: the store may be a backup, and Zoho may
 * have newer by now, under an email that this store does not know (rule 27).
 * @returns how many rows
 */
export function readWaitingFirst(sql: Sql): Promise<number> {
  return sql.run("UPDATE outbox SET read_first = 1 WHERE kind = 'upsert' AND read_first = 0");
}
