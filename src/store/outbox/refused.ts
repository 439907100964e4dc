import { z } from 'zod';
import type { Store } from '../open.ts';

const refusedRows = z.object({ reason: z.string(), count: z.number(), message: z.string() });

/** Rows that wait although they were sent, because of what Zoho answered. */
export type RefusedRows = z.infer<typeof refusedRows>;

const REASONS_AT_MOST = 10;

/** The rows that wait because Zoho refused their last call or put them off: the most frequent reasons. */
export function countRefused(store: Store): Promise<RefusedRows[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT reason, COUNT(*) AS count, COALESCE(MAX(message), '') AS message FROM outbox
        WHERE reason IS NOT NULL AND state = 'waiting'
        GROUP BY reason ORDER BY COUNT(*) DESC, reason LIMIT ${REASONS_AT_MOST}`,
    );
    return rows.map((row) => refusedRows.parse(row));
  });
}
