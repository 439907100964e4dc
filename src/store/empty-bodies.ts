import { z } from 'zod';
import type { Store } from './open.ts';
import { openGapIn } from './served.ts';
import type { Sql } from './engine/sql.ts';

/**
 * The rest after a scan for empty bodies, as a multiple of its reading time. Ory limits how often its list
 * may be read.
 */
const REST_PER_LENGTH = 10;
const REST_AT_LEAST_MS = 5 * 60_000;
const REST_AT_MOST_MS = 24 * 60 * 60_000;

const row = z.object({
  /** Since the store was made. */
  count: z.number(),
  /** When the last one came, in ms since 1970. Null if none came. */
  lastAt: z.number().nullable(),
  /**
   * How long ago the first and the last one came for which no scan has begun, in ms. Null if there is none.
   */
  sinceMs: z.number().nullable(),
  quietMs: z.number().nullable(),
  /** A gap was noted for them, and no scan has closed it. */
  gap: z.number().transform((value) => value === 1),
  /** How long no further gap is noted for them, in ms. 0 or less means that one may be noted now. */
  restMs: z.number(),
});

/** Webhooks with an empty body. Each one means that the event of some identity is lost. */
export type EmptyBodies = z.infer<typeof row>;

export function readEmptyBodies(store: Store): Promise<EmptyBodies> {
  const { now } = store.database.can;
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT empty_bodies AS count, empty_body_at AS "lastAt", ${now} - empty_since AS "sinceMs",
              CASE WHEN empty_since IS NULL THEN NULL ELSE ${now} - empty_body_at END AS "quietMs",
              CASE WHEN empty_gap IS NULL THEN 0 ELSE 1 END AS gap, COALESCE(empty_rest_until - ${now}, 0) AS "restMs"
         FROM store WHERE id = 1`,
    );
    return row.parse(rows[0]);
  });
}

/** Counts this many that have just come. */
export async function noteEmptyBodies(store: Store, count: number): Promise<void> {
  const { now } = store.database.can;
  await store.database.write((sql) =>
    sql.run(
      `UPDATE store SET empty_bodies = empty_bodies + $1, empty_body_at = ${now}, empty_since = COALESCE(empty_since, ${now})
        WHERE id = 1`,
      [count],
    ),
  );
}

const due = z.object({ since: z.number().nullable(), gap: z.number().nullable() });

/**
 * Notes a gap for those that have come, unless another process has done so. A scan that begins after it
 * closes it.
 */
export async function openGapForEmptyBodies(store: Store): Promise<void> {
  await store.database.write(async (sql) => {
    const rows = await sql.all('SELECT empty_since AS since, empty_gap AS gap FROM store WHERE id = 1');
    const { since, gap } = due.parse(rows[0]);
    if (since === null || gap !== null) return;
    const opened = await openGapIn(sql);
    await sql.run('UPDATE store SET empty_since = NULL, empty_gap = $1 WHERE id = 1', [opened]);
  });
}

const length = z.object({ started: z.number(), now: z.number() });

/**
 * A run of a scan has seen all identities, so what was lost before it began is found. Called inside its
 * transaction.
 */
export async function closeGapForEmptyBodies(
  store: Store,
  sql: Sql,
  kind: string,
  run: number,
): Promise<void> {
  const rows = await sql.all(
    `SELECT started_at AS started, ${store.database.can.now} AS now FROM scan WHERE kind = $1 AND run = $2`,
    [kind, run],
  );
  const { started, now } = length.parse(rows[0]);
  await sql.run('UPDATE store SET empty_since = NULL WHERE empty_body_at < $1', [started]);
  const rest = Math.max(REST_AT_LEAST_MS, REST_PER_LENGTH * (now - started));
  await sql.run('UPDATE store SET empty_gap = NULL, empty_rest_until = $1 WHERE empty_gap < $2', [
    now + Math.min(REST_AT_MOST_MS, rest),
    run,
  ]);
}
