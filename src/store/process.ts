import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { Store } from './open.ts';
import { drawRevisions } from './revision.ts';
import type { Sql } from './sql.ts';

/** A process whose last beat is older than this counts as dead. */
const DEAD_AFTER_MS = 10_000;
/** Rule 27: serve was away longer than Ory repeats a webhook, when it starts. */
const GAP_AT_START_MS = 3_000;
/** While it runs, Ory waits 30 s for an answer before it gives up: a busy machine misses nothing before. */
const GAP_WHILE_RUNNING_MS = 30_000;

/** Why reads from Ory wait. `until`: the next try, ms since 1970. */
const readsHealth = z.object({ reason: z.string(), message: z.string(), until: z.number() });
export type ReadsHealth = z.infer<typeof readsHealth>;

/** How delivery of a process is, for `status` to show. */
const health = z.object({
  connection: z.enum(['open', 'paused', 'probing']),
  /** `until`: ms since 1970; null = not known. */
  paused: z.object({ reason: z.string(), until: z.number().nullable() }).nullable(),
  /** Null: more than half of the day's credits are left. */
  credits_remaining: z.number().nullable(),
  /** Calls to Zoho under way, and how many may be. */
  calls: z.number(),
  concurrency: z.number(),
  /** When the access token ends, ms since 1970; null before the first call. */
  token_expires_at: z.number().nullable(),
  /** Null: reads from Ory go on, or this process needs none. Versions before 0004 do not say it. */
  reads: readsHealth.nullable().default(null),
});
export type ProcessHealth = z.infer<typeof health>;

const processRow = z.object({
  id: z.string(),
  kind: z.enum(['serve', 'backfill', 'sync']),
  host: z.string(),
  pid: z.number(),
  started_at: z.number(),
  beat_at: z.number(),
  mapping_hash: z.string(),
  health: z.string().transform((text) => health.safeParse(JSON.parse(text)).data ?? null),
});

/** A process at work on the store. Times are ms since 1970, by the database's clock. */
export type ProcessRow = z.infer<typeof processRow>;

const COLUMNS = Object.keys(processRow.shape).join(', ');

/** This process, as it has joined a store. */
export interface Joined {
  readonly id: string;
  readonly kind: ProcessRow['kind'];
  readonly mappingHash: string;
}

/**
 * Says that this process works on the store. A serve that starts notes a gap where none has served lately (rule 27).
 * @returns itself and the others
 */
export function joinStore(
  store: Store,
  kind: ProcessRow['kind'],
  mappingHash: string,
): Promise<{ joined: Joined; others: ProcessRow[] }> {
  return store.database.write(async (sql) => ({
    others: await sweep(store, sql),
    joined: await join(store, sql, kind, mappingHash),
  }));
}

/** The same for a kind of which there may be one only. @returns the one that is there already, if there is */
export function joinAlone(
  store: Store,
  kind: ProcessRow['kind'],
  mappingHash: string,
): Promise<{ joined: Joined; others: ProcessRow[] } | { taken: ProcessRow }> {
  return store.database.write(async (sql) => {
    const others = await sweep(store, sql);
    const taken = others.find((other) => other.kind === kind);
    return taken === undefined ? { others, joined: await join(store, sql, kind, mappingHash) } : { taken };
  });
}

async function join(store: Store, sql: Sql, kind: ProcessRow['kind'], mappingHash: string): Promise<Joined> {
  const joined = { id: randomUUID(), kind, mappingHash };
  await writeBeat(store, sql, joined, null);
  if (kind === 'serve') await noteServed(store, sql, GAP_AT_START_MS);
  return joined;
}

/** To be called each second: this process is alive, and so is its delivery. */
export function beat(store: Store, joined: Joined, now: ProcessHealth): Promise<void> {
  return store.database.write(async (sql) => {
    await writeBeat(store, sql, joined, now);
    if (joined.kind === 'serve') await noteServed(store, sql, GAP_WHILE_RUNNING_MS);
  });
}

/** A clean end. */
export async function leaveStore(store: Store, { id }: Joined): Promise<void> {
  await store.database.write((sql) => sql.run('DELETE FROM process WHERE id = $1', [id]));
}

/** The processes alive on this store, the oldest first. */
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

async function sweep(store: Store, sql: Sql): Promise<ProcessRow[]> {
  const alive = await liveProcesses(store, sql);
  await sql.run(`DELETE FROM process WHERE id NOT IN ${store.database.can.texts('$1')}`, [
    JSON.stringify(alive.map(({ id }) => id)),
  ]);
  return alive;
}

/** On its own host a killed process is known at once: a rerun need not wait for its last beat to grow old. */
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

async function writeBeat(
  store: Store,
  sql: Sql,
  { id, kind, mappingHash }: Joined,
  now: ProcessHealth | null,
): Promise<void> {
  const clock = store.database.can.now;
  await sql.run(
    `INSERT INTO process (id, kind, host, pid, started_at, beat_at, mapping_hash, health)
     VALUES ($1, $2, $3, $4, ${clock}, ${clock}, $5, $6)
     ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, health = excluded.health`,
    [id, kind, hostname(), process.pid, mappingHash, JSON.stringify(now)],
  );
}

/** Notes that webhooks may have been missed: a scan begun after this closes the gap (rule 27). */
export async function noteGap(store: Store): Promise<void> {
  await store.database.write((sql) => openGapIn(sql));
}

/** The same inside a transaction. @returns the gap: a number of the revision counter */
export async function openGapIn(sql: Sql): Promise<number> {
  const gap = await drawRevisions(sql, 1);
  await sql.run('UPDATE store SET gap = $1 WHERE id = 1', [gap]);
  return gap;
}

const served = z.object({ away: z.number().nullable() });

/** Rule 27: a gap is a number of the revision counter, so that a scan can tell whether it began after it. */
async function noteServed(store: Store, sql: Sql, gapAfterMs: number): Promise<void> {
  const { now } = store.database.can;
  const rows = await sql.all(`SELECT ${now} - served_at AS away FROM store WHERE id = 1`);
  const { away } = served.parse(rows[0]);
  if (away !== null && away > gapAfterMs) await openGapIn(sql);
  await sql.run(`UPDATE store SET served_at = ${now} WHERE id = 1`);
}
