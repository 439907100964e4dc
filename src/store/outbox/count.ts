import { z } from 'zod';
import type { Store } from '../open.ts';
import { isFree } from './row.ts';

const counts = z.object({
  due: z.number(),
  waiting: z.number(),
  leased: z.number(),
  failed: z.number(),
  /**
   * The age of the oldest undelivered row, or 0 if there is none. After the clock was set back it is negative
   * until the next heartbeat.
   */
  oldestSeconds: z.number().transform((seconds) => Math.max(0, seconds)),
});

/** The number of rows in the outbox, by state. */
export type OutboxCounts = z.infer<typeof counts>;

export function countOutbox(store: Store): Promise<OutboxCounts> {
  const { now } = store.database.can;
  const free = isFree(store);
  return store.database.read(async (sql) =>
    counts.parse(
      (
        await sql.all(`
      SELECT COUNT(CASE WHEN state = 'waiting' AND ${free} AND due_at <= ${now} THEN 1 END) AS due,
             COUNT(CASE WHEN state = 'waiting' AND ${free} AND due_at > ${now} THEN 1 END) AS waiting,
             COUNT(CASE WHEN state = 'waiting' AND NOT ${free} THEN 1 END) AS leased,
             COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed,
             COALESCE((${now} - MIN(CASE WHEN state = 'waiting' THEN put_at END)) / 1000, 0) AS oldest_seconds
        FROM outbox`)
      )[0],
    ),
  );
}
