import { z } from 'zod';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import { failedWhere } from './failed-filter.ts';
import type { FailedFilter } from './failed-filter.ts';

/** Transactions stay this small, so that webhooks get their turn (rule 25). */
const STEP = 100;

const clock = z.object({ now: z.number() });
const identity = z.object({ identityId: z.string() });

/**
 * Applies `work` to all matching failed rows, oldest first, in transactions of STEP rows.
 * @param olderThanMs only rows that failed longer ago. Rows that fail again meanwhile are not met twice
 * @param work changes or deletes the rows of these identities, so that they do not match any more
 * @returns the identities, in order
 */
export async function inSteps(
  store: Store,
  filter: FailedFilter,
  olderThanMs: number,
  work: (sql: Sql, identityIds: readonly string[]) => Promise<void>,
): Promise<string[]> {
  const { text, parameters } = failedWhere(filter);
  const { now } = await store.database.read(async (sql) =>
    clock.parse((await sql.all(`SELECT ${store.database.can.now} AS now`))[0]),
  );
  const done: string[] = [];
  for (;;) {
    const ids = await store.database.write(async (sql) => {
      const rows = await sql.all(
        `SELECT identity_id FROM outbox WHERE ${text} AND failed_at <= $${parameters.length + 1}
          ORDER BY failed_at, identity_id LIMIT ${STEP}`,
        [...parameters, now - olderThanMs],
      );
      const step = rows.map((row) => identity.parse(row).identityId);
      if (step.length > 0) await work(sql, step);
      return step;
    });
    done.push(...ids);
    if (ids.length < STEP) return done;
  }
}
