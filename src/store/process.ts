import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { followClock } from './clock-set-back.ts';
import { sweep } from './live-processes.ts';
import type { ProcessHealth, ProcessRow } from './live-processes.ts';
import type { Store } from './open.ts';
import { readWaitingFirst } from './outbox/read-waiting-first.ts';
import { GAP_AT_START_MS, GAP_WHILE_RUNNING_MS, awayMs, noteServed, openGapIn } from './served.ts';
import type { Sql } from './engine/sql.ts';

/** Rule 27: away for so long, the store may be a backup that was restored. */
const MAY_BE_RESTORED_MS = 15 * 60_000;

/** This process, as it has joined a store. */
export interface Joined {
  readonly id: string;
  readonly kind: ProcessRow['kind'];
  readonly mappingHash: string;
}

export interface JoinOptions {
  /**
   * Ory can be asked, and without it an identity that was restored from a backup may not find its contact: after a long
   * time without serve, what waits is read first.
   */
  readonly readAfterRestore?: boolean;
}

export interface Join {
  readonly joined: Joined;
  readonly others: ProcessRow[];
  /** How many rows are read from Ory first, since the store may be a backup that was restored. */
  readonly toRead: number;
  /** By how many ms the clock was set back since the newest beat; 0: it was not. */
  readonly clockSetBackMs: number;
}

/**
 * Says that this process works on the store. A serve that starts notes a gap where none has served lately (rule 27).
 * @returns itself and the others
 */
export function joinStore(
  store: Store,
  kind: ProcessRow['kind'],
  mappingHash: string,
  options: JoinOptions = {},
): Promise<Join> {
  return store.database.write(async (sql) => {
    // First: the beat of a dead process may be what tells.
    const clockSetBackMs = await followClock(store, sql);
    const others = await sweep(store, sql);
    const joined = { id: randomUUID(), kind, mappingHash };
    return { others, ...(await join(store, sql, joined, { ...options, clockSetBackMs })) };
  });
}

/** The same for a kind of which there may be one only. @returns the one that is there already, if there is */
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
    const joined = { id: randomUUID(), kind, mappingHash };
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
    // For how long none has served cannot be told.
    if (clockSetBackMs > 0) await openGapIn(sql);
    await noteServed(store, sql, GAP_AT_START_MS);
  }
  return { joined, toRead, clockSetBackMs };
}

/**
 * To be called each second: this process is alive, and so is its delivery.
 * @param padding how many bytes to write more, until the next beat: to see whether there is room for them
 * @returns by how many ms the clock was set back since the beat before; 0: it was not
 */
export function beat(store: Store, joined: Joined, now: ProcessHealth, padding = 0): Promise<number> {
  // Random, so that no database makes it smaller.
  const padded = padding === 0 ? now : { ...now, padding: randomBytes(padding / 2).toString('hex') };
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
