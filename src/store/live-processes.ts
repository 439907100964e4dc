/** The processes at work on a store, and their health. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { columnsOf } from './engine/columns.ts';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

/** A process whose last heartbeat is older than this counts as dead. */
const DEAD_AFTER_MS = 10_000;

/** Why reads from Ory wait. `until`: the next try, in ms since 1970. */
const readsHealth = z.object({ reason: z.string(), message: z.string(), until: z.number() });

export type ReadsHealth = z.infer<typeof readsHealth>;

/** Why webhooks are not taken in. `since`: in ms since 1970. */
const intakeHealth = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  since: z.number(),
});

export type IntakeHealth = z.infer<typeof intakeHealth>;

/** The state of a process's delivery, for `status`. */
const health = z.object({
  connection: z.enum(['open', 'paused', 'probing']),
  /** `until`: in ms since 1970, or null if not known. */
  paused: z.object({ reason: z.string(), until: z.number().nullable() }).nullable(),
  /** Null if more than half of the day's credits are left. */
  credits_remaining: z.number().nullable(),
  /** Calls to Zoho under way, and how many may be. */
  calls: z.number(),
  concurrency: z.number(),
  /** When the access token expires, in ms since 1970. Null before the first call. */
  token_expires_at: z.number().nullable(),
  /** Null if reads from Ory go on, or this process needs none. Versions before 0004 do not write it. */
  reads: readsHealth.nullable().default(null),
  /** Null if the store takes writes, or this process takes no webhooks in. Older versions do not write it. */
  intake: intakeHealth.nullable().default(null),
});

export type ProcessHealth = z.infer<typeof health>;

const processRow = z.object({
  id: z.string(),
  kind: z.enum(['serve', 'backfill', 'sync']),
  host: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  beatAt: z.number(),
  mappingHash: z.string(),
  health: z.string().transform((text) => health.safeParse(JSON.parse(text)).data ?? null),
});

/** A process at work on the store. Times are ms since 1970, by the database's clock. */
export type ProcessRow = z.infer<typeof processRow>;

const COLUMNS = columnsOf(processRow);

/** The live processes on this store, the oldest first. */
export function readProcesses(store: Store): Promise<ProcessRow[]> {
  return store.database.read((sql) => liveProcesses(store, sql));
}

/** The same inside a transaction. */
export async function liveProcesses(store: Store, sql: Sql): Promise<ProcessRow[]> {
  const rows = await sql.all(
    `SELECT ${COLUMNS} FROM process WHERE beat_at > ${store.database.can.now} - ${DEAD_AFTER_MS}
      ORDER BY started_at, id`,
  );
  return rows.map((row) => processRow.parse(row)).filter((row) => !isDeadHere(row));
}

/** Removes dead processes. @returns the live ones, the oldest first */
export async function sweep(store: Store, sql: Sql): Promise<ProcessRow[]> {
  const alive = await liveProcesses(store, sql);
  await sql.run(`DELETE FROM process WHERE id NOT IN ${store.database.can.texts('$1')}`, [
    JSON.stringify(alive.map(({ id }) => id)),
  ]);
  return alive;
}

/**
 * On its own host a killed process is known to be dead at once, so a rerun need not wait for its last
 * heartbeat to age.
 */
function isDeadHere({ host, pid }: ProcessRow): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
