import { z } from 'zod';
import type { Priority } from '../../model/event.ts';
import type { Store } from '../open.ts';
import { isFree } from '../outbox/row.ts';
import type { Sql } from '../engine/sql.ts';

/** How long a row first waits before it asks again for the doubt to be settled. Settling wakes it at once. */
const LOOK_AGAIN_MS = 5_000;
/** Later it waits for this part of its total wait so far, because each question may cost a call. */
const PART_OF_WAIT = 4;
/** Rule 10: after this long with a working connection the row fails instead of waiting. */
const WAITS_AT_MOST_MS = 15 * 60 * 1_000;

const blocked = z.object({
  identityId: z.string(),
  priority: z.number(),
  owner: z.string(),
  waitedMs: z.number(),
});

/** A due row whose email is held by another identity's call in doubt. */
type Blocked = z.infer<typeof blocked>;

/** Makes an identity settle its doubt with the next claim, whatever its row waits for. */
export async function askToSettle(sql: Sql, identityId: string, priority: number): Promise<void> {
  await sql.run(
    `UPDATE outbox SET settle_doubt = CASE WHEN settle_doubt < $2 THEN settle_doubt ELSE $2 END
      WHERE identity_id = $1`,
    [identityId, priority],
  );
}

/**
 * Due rows whose email is in doubt for another identity wait for it, and it is asked to settle its doubt now.
 * @returns the rows that have waited too long, each with the identity it waits for
 */
export async function waitForDoubts(
  store: Store,
  sql: Sql,
  priority: Priority,
): Promise<Map<string, string>> {
  const { now } = store.database.can;
  const tooLong = new Map<string, string>();
  for (const row of await blockedRows(store, sql, priority)) {
    await askToSettle(sql, row.owner, row.priority);
    if (row.waitedMs > WAITS_AT_MOST_MS) {
      tooLong.set(row.identityId, row.owner);
      continue;
    }
    await sql.run(
      `UPDATE outbox SET waits_for = $2, field = NULL, waits_since = COALESCE(waits_since, ${now}), due_at = ${now} + $3
        WHERE identity_id = $1`,
      [row.identityId, row.owner, Math.max(LOOK_AGAIN_MS, Math.floor(row.waitedMs / PART_OF_WAIT))],
    );
  }
  return tooLong;
}

/** Leaves out rows with a doubt of their own, because they settle that first and take their email then. */
async function blockedRows(store: Store, sql: Sql, priority: Priority): Promise<Blocked[]> {
  const { now } = store.database.can;
  const by = (column: string) => `
    SELECT waiting.identity_id, waiting.priority, doubt.identity_id AS owner,
           ${now} - COALESCE(waiting.waits_since, ${now}) AS waited_ms
      FROM identity_key AS doubt JOIN outbox AS waiting ON waiting.${column} = doubt.key
     WHERE doubt.in_doubt = 1 AND waiting.identity_id <> doubt.identity_id
       AND waiting.state = 'waiting' AND waiting.kind = 'upsert' AND waiting.due_at <= ${now} AND waiting.priority <= $1
       AND ${isFree(store, 'waiting')}
       AND NOT EXISTS (SELECT 1 FROM identity_key AS own WHERE own.identity_id = waiting.identity_id AND own.in_doubt = 1)`;
  const rows = await sql.all(`${by('email_key')} UNION ${by('mapped_key')}`, [priority]);
  return rows.map((row) => blocked.parse(row));
}

/** After an outage the rows start to wait anew, because no doubt could be settled in it. */
export async function restartWaits(store: Store): Promise<void> {
  await store.database.write((sql) =>
    sql.run(`UPDATE outbox SET waits_since = ${store.database.can.now} WHERE waits_since IS NOT NULL`),
  );
}
