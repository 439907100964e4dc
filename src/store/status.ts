import { z } from 'zod';
import type { Store } from './open.ts';

const count = z.number();
const summary = z.object({
  /** Identities that are linked to a contact. */
  linked: count,
  /** Those of them with a field that Zoho refused while it accepted the rest. */
  leftOut: count,
  /** The last settled delivery, in ms since 1970. Null if there was none. */
  lastAt: z.number().nullable(),
});

/** The totals of the ledger. */
export type LedgerSummary = z.infer<typeof summary>;

/** One pass over the ledger. */
export function summarizeLedger(store: Store): Promise<LedgerSummary> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT COUNT(contact_id) AS linked, COUNT(CASE WHEN refused <> '{}' THEN 1 END) AS left_out,
              MAX(settled_at) AS last_at
         FROM ledger`,
    );
    return summary.parse(rows[0]);
  });
}

const gap = z.object({ gap: z.number().nullable() });

/** Whether serve was away, and no scan that began since then has finished (rule 27). */
export function hasGap(store: Store): Promise<boolean> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT gap FROM store WHERE id = 1');
    return gap.parse(rows[0]).gap !== null;
  });
}
