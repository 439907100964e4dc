import { z } from 'zod';
import type { Store } from '../open.ts';

const waiting = z.object({
  rows: z.number(),
  /** Those of them that Zoho has delayed repeatedly for over a minute and that are not due now. */
  later: z.number().nullable(),
  /** Those of them that are put aside. */
  aside: z.number(),
});

export interface WaitingRows {
  readonly rows: number;
  readonly later: number;
  readonly aside: number;
}

/** A locked record, or one in approval, stays so for hours. After a minute it was not just busy. */
const LATER_AFTER_MS = 60_000;

/** The rows of a run that have not left the outbox yet. Undefined means those of all runs. */
export function readWaiting(store: Store, run?: number): Promise<WaitingRows> {
  const { now } = store.database.can;
  const since = (column: string) => `(${column} IS NOT NULL AND ${column} < ${now} - ${LATER_AFTER_MS})`;
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT COUNT(*) AS rows,
              SUM(CASE WHEN (${since('later_since')} OR ${since('first_strike_at')}) AND waits_reason IS NULL AND due_at > ${now} THEN 1 END)
                AS later,
              COUNT(waits_reason) AS aside
         FROM outbox WHERE state = 'waiting' AND scan ${run === undefined ? 'IS NOT NULL' : '= $1'}`,
      run === undefined ? [] : [run],
    );
    const { rows: count, later, aside } = waiting.parse(rows[0]);
    return { rows: count, later: later ?? 0, aside };
  });
}
