/**
 * Rows that are put aside: they wait for something that only a person can give, such as a missing scope
 * (`waits_reason`).
 */
import { z } from 'zod';
import { doubtsOf } from '../key/key.ts';
import { freeKeys } from '../key/lease.ts';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { RELEASED, WAITS_FOR_NONE } from './row.ts';
import type { Mark } from './row.ts';

/** One of these rows checks this often whether it can go on. */
const LOOK_EVERY_MS = 60_000;
/** A refused key is not asked for before that, but each check asks for the identity's other keys (rule 16). */
const LOOK_FOR_REFUSED_MS = 15 * 60_000;
/**
 * The others rest, so a thousand waiting rows cost no more calls than one. If that one is gone, they check
 * themselves.
 */
const REST_MS = 60 * 60_000;

/** A row under the caller's lease. */
export interface Aside {
  readonly identityId: string;
  /** The marks that stay, in doubt. */
  readonly marks: readonly Mark[];
}

/**
 * Puts rows aside that wait for the same thing. One of all the rows that wait for it is due soon and checks
 * again. Then `wakeAside` makes all others due.
 * @param reason a `Reason`, such as needs_coql
 */
export async function putAside(
  store: Store,
  token: string,
  rows: readonly Aside[],
  reason: string,
): Promise<void> {
  if (rows.length === 0) return;
  await store.database.write(async (sql) => {
    const looks = await othersLook(store, sql, rows, reason);
    for (const [index, row] of rows.entries()) {
      const released = await sql.run(
        `UPDATE outbox
            SET ${RELEASED}, ${WAITS_FOR_NONE}, marks = $3, waits_reason = $4,
                due_at = ${store.database.can.now} + $5
          WHERE identity_id = $1 AND lease_token = $2`,
        [
          row.identityId,
          token,
          JSON.stringify(row.marks),
          reason,
          index === 0 && !looks ? lookEveryMs(reason) : REST_MS,
        ],
      );
      if (released === 0) continue;
      await freeKeys(store, sql, [row.identityId], doubtsOf(row.identityId, row.marks));
    }
  });
}

function lookEveryMs(reason: string): number {
  return reason === 'look_up_refused' ? LOOK_FOR_REFUSED_MS : LOOK_EVERY_MS;
}

/** Whether another row checks soon. */
async function othersLook(store: Store, sql: Sql, rows: readonly Aside[], reason: string): Promise<boolean> {
  const { now, texts } = store.database.can;
  const found = await sql.all(
    `SELECT 1 FROM outbox
      WHERE waits_reason = $1 AND due_at <= ${now} + ${lookEveryMs(reason)} AND state = 'waiting'
        AND identity_id NOT IN ${texts('$2')} LIMIT 1`,
    [reason, JSON.stringify(rows.map(({ identityId }) => identityId))],
  );
  return found.length > 0;
}

/** The missing thing may be there now, so all rows that wait for it are due. */
export async function wakeAside(store: Store, reason: string): Promise<void> {
  await store.database.write((sql) =>
    sql.run(
      `UPDATE outbox SET due_at = ${store.database.can.now}, waits_reason = NULL
        WHERE waits_reason = $1 AND state = 'waiting'`,
      [reason],
    ),
  );
}

const count = z.object({ reason: z.string(), count: z.number() });

/** How many rows wait, by the missing thing. @param run only those of this run */
export function countAside(store: Store, run?: number): Promise<{ reason: string; count: number }[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT waits_reason AS reason, COUNT(*) AS count FROM outbox
        WHERE waits_reason IS NOT NULL AND state = 'waiting' ${run === undefined ? '' : 'AND scan = $1'}
        GROUP BY waits_reason ORDER BY waits_reason`,
      run === undefined ? [] : [run],
    );
    return rows.map((row) => count.parse(row));
  });
}
