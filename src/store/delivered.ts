import { z } from 'zod';
import type { Outcome } from '../model/outcome.ts';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

const SLOT_MS = 10 * 60_000;
/** 24 hours, including the current slot. */
const SLOTS = 144;

/** Adds deliveries to the counts of a day, in the transaction that settles them. */
export async function addDelivered(store: Store, sql: Sql, outcomes: readonly Outcome[]): Promise<void> {
  const slot = `${store.database.can.now} / ${SLOT_MS}`;
  const counts = [...Map.groupBy(outcomes, (outcome) => outcome)];
  if (counts.length === 0) return;
  const rows = counts.map((_, index) => `(${slot}, $${2 * index + 1}, $${2 * index + 2})`);
  await sql.run(
    `INSERT INTO delivered (slot, outcome, n) VALUES ${rows.join(', ')}
     ON CONFLICT (slot, outcome) DO UPDATE SET n = delivered.n + excluded.n`,
    counts.flatMap(([outcome, all]) => [outcome, all.length]),
  );
  await sql.run(`DELETE FROM delivered WHERE slot <= ${slot} - ${SLOTS}`);
}

const counted = z.object({
  outcome: z.enum(['created', 'updated', 'unchanged', 'skipped', 'failed']),
  n: z.number(),
});

/**
 * How many deliveries of the last 24 hours had which outcome, in slots of ten minutes. An identity counts
 * each time.
 */
export async function readDelivered(store: Store): Promise<{ readonly [Name in Outcome]: number }> {
  const sums = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  await store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT outcome, n FROM delivered WHERE slot > ${store.database.can.now} / ${SLOT_MS} - ${SLOTS}`,
    );
    for (const row of rows) {
      const { outcome, n } = counted.parse(row);
      sums[outcome] += n;
    }
  });
  return sums;
}
