import type { Sql } from '../engine/sql.ts';

/**
 * Marks all waiting and failed rows to be read from Ory before delivery. The store may be a restored backup,
 * and Zoho may have newer data by now, under an email that this store does not know (rule 27).
 * @returns how many rows
 */
export function readWaitingFirst(sql: Sql): Promise<number> {
  return sql.run("UPDATE outbox SET read_first = 1 WHERE kind = 'upsert' AND read_first = 0");
}
