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
  /**
   * Drawn from the revision counter. If it is higher than the number of a gap, the run began after the gap.
   */
  run: z.number(),
  state: z.enum(['reading', 'delivering', 'done', 'stopped']),
  /** The options of the run, as text. It is continued only with the same ones. */
  options: z.string(),
  /** The token of the next page. Null for the first page. */
  pageToken: z.string().nullable(),
  /** The last identity handled. Null at the start, and if Ory's list is not ascending. */
  lastId: z.string().nullable(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** The process that runs it. Null if none does. */
  holder: z.string().nullable(),
});

/**
 * A run of a scan: under way, interrupted, or the last one. Times are ms since 1970, by the database's clock.
 */
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
 * Continues the unfinished run with the same options, or begins a new one. One process at a time runs a scan,
 * and a reconcile gives way to a backfill.
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

/** The progress of a scan, saved in the transaction of its puts (rule 25). */
export interface Checkpoint {
  readonly pageToken: string | null;
  readonly lastId: string | null;
  /** The end of the list is reached. `complete`: all identities of the project were seen. */
  readonly end?: { readonly complete: boolean };
}

/**
 * @throws OryZohoError `scan_lost` when another process runs the scan by now, or a backfill wants to run.
 * Then the transaction has no effect
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
    hint: 'It continues by itself. `ory-zoho status` shows what runs.',
  });
}

/** The run is continued later, here or in another process. */
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
 * @param complete it has seen all identities. After the first complete backfill, reconcile puts in every
 * identity that it meets (rule 26)
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
