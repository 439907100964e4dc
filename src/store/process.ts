import { hostname } from 'node:os';
import { followClock } from './clock-set-back.ts';
import { sweep } from './live-processes.ts';
import type { ProcessHealth, ProcessRow } from './live-processes.ts';
import type { Store } from './open.ts';
import { readWaitingFirst } from './outbox/read-waiting-first.ts';
import { GAP_AT_START_MS, GAP_WHILE_RUNNING_MS, awayMs, noteServed, openGapIn } from './served.ts';
import type { Sql } from './engine/sql.ts';

/** Rule 27: after this long without serve, the store may be a restored backup. */
const MAY_BE_RESTORED_MS = 15 * 60_000;

/** This process, as it has joined a store. */
export interface Joined {
  readonly id: string;
  readonly kind: ProcessRow['kind'];
  readonly mappingHash: string;
}

export interface JoinOptions {
  /**
   * Ory can be asked, and there is no Ory-id field, so an identity from a restored backup may not find its
   * contact. After a long time without serve, waiting rows are read first.
   */
  readonly readAfterRestore?: boolean;
}

export interface Join {
  readonly joined: Joined;
  readonly others: ProcessRow[];
  /** How many rows are read from Ory first, because the store may be a restored backup. */
  readonly toRead: number;
  /** By how many ms the clock was set back since the newest heartbeat. 0 if it was not. */
  readonly clockSetBackMs: number;
}

/**
 * Records that this process works on the store. A serve that starts notes a gap if none has run lately (rule
 * 27).
 * @returns itself and the others
 */
export function joinStore(
  store: Store,
  kind: ProcessRow['kind'],
  mappingHash: string,
  options: JoinOptions = {},
): Promise<Join> {
  return store.database.write(async (sql) => {
    // This comes first, because the heartbeat of a dead process may be the only sign.
    const clockSetBackMs = await followClock(store, sql);
    const others = await sweep(store, sql);
    const joined = { id: store.world.uuid(), kind, mappingHash };
    return { others, ...(await join(store, sql, joined, { ...options, clockSetBackMs })) };
  });
}

/** Joins as a kind of process that must run alone. @returns the one that is already running, if any */
export function joinAlone(
  store: Store,
  kind: ProcessRow['kind'],
  mappingHash: string,
  options: JoinOptions = {},
): Promise<Join | { taken: ProcessRow }> {
  return store.database.write(async (sql) => {
    const clockSetBackMs = await followClock(store, sql);
    const others = await sweep(store, sql);
    const taken = others.find((other) => other.kind === kind);
    if (taken !== undefined) return { taken };
    const joined = { id: store.world.uuid(), kind, mappingHash };
    return { others, ...(await join(store, sql, joined, { ...options, clockSetBackMs })) };
  });
}

async function join(
  store: Store,
  sql: Sql,
  joined: Joined,
  { readAfterRestore = false, clockSetBackMs }: JoinOptions & Pick<Join, 'clockSetBackMs'>,
): Promise<Omit<Join, 'others'>> {
  await writeBeat(store, sql, joined, null);
  const mayBeRestored = readAfterRestore && (await awayMs(store, sql)) > MAY_BE_RESTORED_MS;
  const toRead = mayBeRestored ? await readWaitingFirst(sql) : 0;
  if (joined.kind === 'serve') {
    // It is unknown how long no serve has run.
    if (clockSetBackMs > 0) await openGapIn(sql);
    await noteServed(store, sql, GAP_AT_START_MS);
  }
  return { joined, toRead, clockSetBackMs };
}

/**
 * To be called each second: records that this process is alive, with its health.
 * @param padding how many extra bytes to write until the next heartbeat, to see whether there is room for
 * them
 * @returns by how many ms the clock was set back since the last heartbeat, or 0
 */
export function beat(store: Store, joined: Joined, now: ProcessHealth, padding = 0): Promise<number> {
  // Random, so that no database can compress it.
  const padded = padding === 0 ? now : { ...now, padding: store.world.bytes(padding / 2).toString('hex') };
  return store.database.write(async (sql) => {
    const clockSetBackMs = await followClock(store, sql);
    await writeBeat(store, sql, joined, padded);
    if (joined.kind === 'serve') await noteServed(store, sql, GAP_WHILE_RUNNING_MS);
    return clockSetBackMs;
  });
}

/** A clean end. */
export async function leaveStore(store: Store, { id }: Joined): Promise<void> {
  await store.database.write((sql) => sql.run('DELETE FROM process WHERE id = $1', [id]));
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
