/** When a serve last took webhooks in, and the gaps between (rule 27). */
import { z } from 'zod';
import type { Store } from './open.ts';
import { drawRevisions } from './revision.ts';
import type { Sql } from './engine/sql.ts';

/**
 * Rule 27: at its start, serve counts as away if the last heartbeat is older. Ory repeats a webhook for
 * longer.
 */
export const GAP_AT_START_MS = 3_000;
/**
 * While serve runs, Ory waits 30 s for an answer before it gives up, so a busy machine misses nothing within
 * this time.
 */
export const GAP_WHILE_RUNNING_MS = 30_000;

/** Notes that webhooks may have been missed. A scan that begins after this closes the gap (rule 27). */
export async function noteGap(store: Store): Promise<void> {
  await store.database.write((sql) => openGapIn(sql));
}

/** The same inside a transaction. @returns the gap: a number of the revision counter */
export async function openGapIn(sql: Sql): Promise<number> {
  const gap = await drawRevisions(sql, 1);
  await sql.run('UPDATE store SET gap = $1 WHERE id = 1', [gap]);
  return gap;
}

const served = z.object({ away: z.number().nullable() });

/** Rule 27: a gap is a number of the revision counter, so a scan can see whether it began after it. */
export async function noteServed(store: Store, sql: Sql, gapAfterMs: number): Promise<void> {
  if ((await awayMs(store, sql)) > gapAfterMs) await openGapIn(sql);
  await sql.run(`UPDATE store SET served_at = ${store.database.can.now} WHERE id = 1`);
}

/** The time since the newest heartbeat of any serve. 0 if none has ever run. */
export async function awayMs(store: Store, sql: Sql): Promise<number> {
  const rows = await sql.all(`SELECT ${store.database.can.now} - served_at AS away FROM store WHERE id = 1`);
  return served.parse(rows[0]).away ?? 0;
}
