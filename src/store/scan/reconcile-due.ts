import { z } from 'zod';
import type { Store } from '../open.ts';

const row = z.object({
  /** serve was away, and no scan that began since then has finished (rule 27). */
  gap: z.number().transform((value) => value === 1),
  /** A reconcile was interrupted. */
  unfinished: z.number().transform((value) => value === 1),
  /** Since the last reconcile began, or since the store was made. */
  sinceMs: z.number(),
});

/** The facts that decide whether a reconcile is due. */
export type ReconcileDue = z.infer<typeof row>;

export function readReconcileDue(store: Store): Promise<ReconcileDue> {
  const { now } = store.database.can;
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT CASE WHEN store.gap IS NOT NULL THEN 1 ELSE 0 END AS gap,
              CASE WHEN scan.state IN ('reading', 'delivering') THEN 1 ELSE 0 END AS unfinished,
              ${now} - COALESCE(scan.started_at, store.born_at) AS "sinceMs"
         FROM store LEFT JOIN scan ON scan.kind = 'reconcile'
        WHERE store.id = 1`,
    );
    return row.parse(rows[0]);
  });
}

/**
 * Whether a backfill has ever finished on this store. From then on reconcile may put any identity in (rule
 * 26).
 */
export function wasBackfilled(store: Store): Promise<boolean> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT 1 FROM store WHERE id = 1 AND backfilled_at IS NOT NULL');
    return rows.length > 0;
  });
}
