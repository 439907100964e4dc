import { z } from 'zod';
import type { Outcome } from '../../model/outcome.ts';
import type { Store } from '../open.ts';
import { placeholders } from '../engine/sql.ts';
import type { Sql } from '../engine/sql.ts';

/** The outcome of one identity in a scan's run. */
export interface CountedOutcome {
  readonly run: number;
  readonly outcome: Outcome;
  readonly reason: string | null;
}

/**
 * Adds to the counts of runs, in the transaction of the outcome. So each identity is counted once, even if a
 * run is killed and continued.
 */
export async function addToCounts(sql: Sql, counted: readonly CountedOutcome[]): Promise<void> {
  const groups = Map.groupBy(counted, ({ run, outcome, reason }) =>
    JSON.stringify([run, outcome, reason ?? '']),
  );
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [[first.run, first.outcome, first.reason ?? '', group.length]];
  });
  if (rows.length === 0) return;
  await sql.run(
    `INSERT INTO scan_count (run, outcome, reason, n) VALUES ${placeholders(rows.length, 4)}
     ON CONFLICT (run, outcome, reason) DO UPDATE SET n = scan_count.n + excluded.n`,
    rows.flat(),
  );
}

const count = z.object({
  outcome: z.enum(['created', 'updated', 'unchanged', 'skipped', 'failed']),
  reason: z.string().transform((reason) => (reason === '' ? null : reason)),
  n: z.number(),
});

/** How many identities of a run had which outcome. */
export type ScanCount = z.infer<typeof count>;

export function readCounts(store: Store, run: number): Promise<ScanCount[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      'SELECT outcome, reason, n FROM scan_count WHERE run = $1 ORDER BY outcome, reason',
      [run],
    );
    return rows.map((row) => count.parse(row));
  });
}
