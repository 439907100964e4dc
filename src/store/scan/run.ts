import { z } from 'zod';
import { columnsOf } from '../engine/columns.ts';
import { OryZohoError } from '../../errors.ts';
import { closeGapForEmptyBodies } from '../empty-bodies.ts';
import type { Store } from '../open.ts';
import { liveProcesses } from '../live-processes.ts';
import type { ProcessRow } from '../live-processes.ts';
import { drawRevisions } from '../revision.ts';
import type { Sql } from '../engine/sql.ts';

const scanRun = z.object({
  kind: z.enum(['backfill', 'reconcile']),
  /** Drawn from the revision counter: higher than that of a gap, it began after it. */
  run: z.number(),
  state: z.enum(['reading', 'delivering', 'done', 'stopped']),
  /** What the run is about, as text: it goes on only with the same. */
  options: z.string(),
  /** Of the page to be read next; null = the first. */
  pageToken: z.string().nullable(),
  /** The last identity handled; null at the start, and where Ory's list does not ascend. */
  lastId: z.string().nullable(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** The process that runs it; null = nobody does. */
  holder: z.string().nullable(),
});

/** A run of a scan: under way, interrupted, or the last one. Times are ms since 1970, by the database's clock. */
export type ScanRun = z.infer<typeof scanRun>;

export type ScanKind = ScanRun['kind'];

const COLUMNS = columnsOf(scanRun);

/** The newest run of this kind. */
export function readScan(store: Store, kind: ScanKind): Promise<ScanRun | undefined> {
  return store.database.read((sql) => scanOf(sql, kind));
}

async function scanOf(sql: Sql, kind: ScanKind): Promise<ScanRun | undefined> {
  const rows = await sql.all(`SELECT ${COLUMNS} FROM scan WHERE kind = $1`, [kind]);
  return rows[0] === undefined ? undefined : scanRun.parse(rows[0]);
}

/**
 * Goes on with the unfinished run of the same options, else begins one. A scan is run by one process at a time, and
 * reconcile leaves the field to a backfill.
 * @returns the run, or the process in the way
 */
export function takeScan(
  store: Store,
  kind: ScanKind,
  holder: string,
  { options, restart }: { options: string; restart: boolean },
): Promise<{ scan: ScanRun; resumed: boolean } | { taken: ProcessRow }> {
  return store.database.write(async (sql) => {
    const before = await scanOf(sql, kind);
    const others = (await liveProcesses(store, sql)).filter(({ id }) => id !== holder);
    const taken = others.find(
      (other) => other.id === before?.holder || (kind === 'reconcile' && other.kind === 'backfill'),
    );
    if (taken !== undefined) return { taken };
    const unfinished = before?.state === 'reading' || before?.state === 'delivering';
    if (before !== undefined && unfinished && !restart && before.options === options) {
      await sql.run('UPDATE scan SET holder = $2 WHERE kind = $1', [kind, holder]);
      return { scan: { ...before, holder }, resumed: true };
    }
    return { scan: await beginRun(store, sql, kind, holder, options), resumed: false };
  });
}

async function beginRun(
  store: Store,
  sql: Sql,
  kind: ScanKind,
  holder: string,
  options: string,
): Promise<ScanRun> {
  const { now } = store.database.can;
  const rows = await sql.all(
    `INSERT INTO scan (kind, run, state, options, started_at, holder)
     VALUES ($1, $2, 'reading', $3, ${now}, $4)
     ON CONFLICT (kind) DO UPDATE SET
       run = excluded.run, state = excluded.state, options = excluded.options, page_token = NULL, last_id = NULL,
       started_at = excluded.started_at, finished_at = NULL, holder = excluded.holder
     RETURNING ${COLUMNS}`,
    [kind, await drawRevisions(sql, 1), options, holder],
  );
  for (const table of ['scan_count', 'absent']) {
    await sql.run(`DELETE FROM ${table} WHERE run NOT IN (SELECT run FROM scan)`);
  }
  return scanRun.parse(rows[0]);
}

/** What a scan has reached, saved in the transaction of what it has put in (rule 25). */
export interface Checkpoint {
  readonly pageToken: string | null;
  readonly lastId: string | null;
  /** The list is at its end; `complete`: all identities of the project were seen. */
  readonly end?: { readonly complete: boolean };
}

/**
 * @throws OryZohoError `scan_lost` when another process runs the scan by now, or a backfill asks for the field; nothing
 * of the transaction is done then
 */
export async function saveCheckpoint(
  store: Store,
  sql: Sql,
  { kind, run, holder }: Pick<ScanRun, 'kind' | 'run' | 'holder'>,
  { pageToken, lastId, end }: Checkpoint,
): Promise<void> {
  const displaced =
    kind === 'reconcile' && (await liveProcesses(store, sql)).some((other) => other.kind === 'backfill');
  if (displaced) throw scanLost(kind);
  const saved = await sql.run(
    `UPDATE scan SET page_token = $1, last_id = $2, state = $3 WHERE kind = $4 AND run = $5 AND holder = $6`,
    [pageToken, lastId, end === undefined ? 'reading' : 'delivering', kind, run, holder],
  );
  if (saved === 0) throw scanLost(kind);
  if (end?.complete !== true) return;
  await sql.run('UPDATE store SET gap = NULL WHERE gap < $1', [run]);
  await closeGapForEmptyBodies(store, sql, kind, run);
}

function scanLost(kind: ScanKind): OryZohoError {
  return new OryZohoError('scan_lost', `Another process has taken over: this ${kind} stops.`, {
    hint: 'It goes on by itself; `ory-zoho status` shows what runs.',
  });
}

/** The run goes on later, here or elsewhere. */
export async function leaveScan(store: Store, { kind, run, holder }: ScanRun): Promise<void> {
  await store.database.write((sql) =>
    sql.run('UPDATE scan SET holder = NULL WHERE kind = $1 AND run = $2 AND holder = $3', [
      kind,
      run,
      holder,
    ]),
  );
}

/**
 * The run is done: its rows have left.
 * @param complete it has seen all identities: from the first complete backfill on, reconcile puts in whomever it
 * meets (rule 26)
 */
export async function endScan(
  store: Store,
  { kind, run }: ScanRun,
  { complete }: { complete: boolean },
): Promise<void> {
  const { now } = store.database.can;
  await store.database.write(async (sql) => {
    await sql.run(
      `UPDATE scan SET state = 'done', finished_at = ${now}, holder = NULL WHERE kind = $1 AND run = $2`,
      [kind, run],
    );
    if (kind === 'backfill' && complete) {
      await sql.run(`UPDATE store SET backfilled_at = COALESCE(backfilled_at, ${now}) WHERE id = 1`);
    }
  });
}
