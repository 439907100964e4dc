import { z } from 'zod';
import type { Store } from './open.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const count = z.number();
const summary = z.object({
  /** Identities that are linked to a contact. */
  linked: count,
  /** Of them: with a field that Zoho refused while it took the rest. */
  left_out: count,
  /** The last settled delivery, ms since 1970; null: there was none. */
  last_at: z.number().nullable(),
  /** Identities by the outcome of their last delivery, where that was within 24 hours. */
  created: count,
  updated: count,
  unchanged: count,
  skipped: count,
  failed: count,
});

/** What the ledger says of the whole. */
export type LedgerSummary = z.infer<typeof summary>;

/** One pass over the ledger. */
export function summarizeLedger(store: Store): Promise<LedgerSummary> {
  const outcomes = ['created', 'updated', 'unchanged', 'skipped', 'failed'] as const;
  const today = outcomes.map(
    (outcome) =>
      `COUNT(CASE WHEN settled_at > ${store.database.can.now} - ${DAY_MS} AND outcome = '${outcome}' THEN 1 END) AS ${outcome}`,
  );
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT COUNT(contact_id) AS linked, COUNT(CASE WHEN refused <> '{}' THEN 1 END) AS left_out,
              MAX(settled_at) AS last_at, ${today.join(', ')}
         FROM ledger`,
    );
    return summary.parse(rows[0]);
  });
}

const gap = z.object({ gap: z.number().nullable() });

/** Whether serve was away, and no scan begun since then has come to its end (rule 27). */
export function hasGap(store: Store): Promise<boolean> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT gap FROM store WHERE id = 1');
    return gap.parse(rows[0]).gap !== null;
  });
}
