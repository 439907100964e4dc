import type { Store } from '../open.ts';
import type { MergeRules, PutEntry } from '../outbox/put/put-entry.ts';
import { putIn } from '../outbox/put/put.ts';
import type { Sql } from '../engine/sql.ts';
import { noteAbsent } from './absent.ts';
import type { SeenRange } from './absent.ts';
import { addToCounts } from './counts.ts';
import type { CountedOutcome } from './counts.ts';
import { saveCheckpoint } from './run.ts';
import type { Checkpoint, ScanRun } from './run.ts';
import { lastOutcome, standingsOf } from './standing.ts';

/** A stretch of a page: what a scan does with its identities in one transaction. */
export interface Stretch {
  /** PUT_AT_MOST at most. */
  readonly entries: readonly PutEntry[];
  /** The identities that have not changed. */
  readonly counted: readonly Omit<CountedOutcome, 'run'>[];
  /** Undefined if absentees are not looked for. */
  readonly seen: SeenRange | undefined;
  readonly checkpoint: Checkpoint;
}

/**
 * Puts in, counts, notes absentees and saves the progress of the scan, in one transaction. So each identity
 * is counted once, whenever the process is killed.
 * @throws OryZohoError `scan_lost`
 */
export function recordStretch(
  store: Store,
  scan: ScanRun,
  { entries, counted, seen, checkpoint }: Stretch,
  rules: MergeRules,
): Promise<void> {
  return store.database.write(async (sql) => {
    await saveCheckpoint(store, sql, scan, checkpoint);
    const now = entries.length === 0 ? [] : await putAndCount(store, sql, scan, entries, rules);
    await addToCounts(
      sql,
      [...counted, ...now].map((one) => ({ ...one, run: scan.run })),
    );
    if (seen !== undefined) await noteAbsent(store, sql, scan, seen);
  });
}

/** @returns those that have nothing to wait for. The others are counted when their rows leave */
async function putAndCount(
  store: Store,
  sql: Sql,
  scan: ScanRun,
  entries: readonly PutEntry[],
  rules: MergeRules,
): Promise<Omit<CountedOutcome, 'run'>[]> {
  await putIn(store, sql, entries, rules);
  const ids = entries.map(({ identityId }) => identityId);
  // An interrupted backfill still counts its rows, so a reconcile that meets them does not take them over.
  const taken = scan.kind === 'backfill' ? '$2' : 'COALESCE(scan, $2)';
  const waiting = await sql.all(
    `UPDATE outbox SET scan = ${taken}
      WHERE identity_id IN ${store.database.can.texts('$1')} AND state = 'waiting'
      RETURNING identity_id`,
    [JSON.stringify(ids), scan.run],
  );
  const waits = new Set(waiting.map((row) => row['identityId']));
  const others = ids.filter((id) => !waits.has(id));
  if (others.length === 0) return [];
  const standings = await standingsOf(store, sql, others, null);
  return others.map((id) => lastOutcome(standings.get(id)));
}
