import { z } from 'zod';
import type { Priority } from '../../model/event.ts';
import type { Store } from '../open.ts';
import { isFree } from './row.ts';

/** What delivery must know to decide whether to start a batch (rule 15). */
export interface Due {
  /**
   * Due rows without a lease, counted up to a limit. Rows whose doubt another row or a person waits for count
   * too.
   */
  readonly rows: number;
  /** How long the oldest of them has been due, in ms. */
  readonly oldestMs: number;
}

const row = z.object({ due: z.number(), oldest: z.number().nullable() });

/**
 * @param upTo where to stop counting, because the outbox may hold a million rows
 * @param priority counts rows of at least this priority. 1 leaves out the rows of scans (rule 29)
 */
export function readDue(store: Store, upTo: number, priority: Priority = 3): Promise<Due> {
  const { now } = store.database.can;
  return store.database.read(async (sql) => {
    const found = row.parse(
      (
        await sql.all(
          `SELECT COUNT(*) AS due, ${now} - MIN(due_at) AS oldest
             FROM (SELECT due_at FROM (SELECT due_at FROM outbox
                    WHERE state = 'waiting' AND priority <= $2 AND due_at <= ${now} AND ${isFree(store)}
                    ORDER BY priority, due_at LIMIT $1) AS waiting
                   UNION ALL
                   SELECT ${now} FROM (SELECT 1 FROM outbox
                    WHERE settle_doubt <= $2 AND ${isFree(store)} LIMIT $1) AS doubts) AS due`,
          [upTo, priority],
        )
      )[0],
    );
    return { rows: found.due, oldestMs: Math.max(0, found.oldest ?? 0) };
  });
}

/**
 * Whether a webhook's row became due within this time. The probe of a paused connection may then come before
 * its time (rule 13).
 * @param except identities whose rows have been tried already
 */
export function isWebhookDue(
  store: Store,
  { withinMs, except }: { readonly withinMs: number; readonly except: readonly string[] },
): Promise<boolean> {
  const { now, texts } = store.database.can;
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT 1 AS due FROM outbox
        WHERE state = 'waiting' AND priority = 0 AND due_at > ${now} - $1 AND due_at <= ${now}
          AND ${isFree(store)} AND identity_id NOT IN ${texts('$2')} LIMIT 1`,
      [Math.ceil(withinMs), JSON.stringify(except)],
    );
    return rows.length > 0;
  });
}
