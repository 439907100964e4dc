import type { Outcome } from '../../model/outcome.ts';
import type { Store } from '../../store/open.ts';
import { readCounts } from '../../store/scan/counts.ts';
import type { ScanCount } from '../../store/scan/counts.ts';
import { readScan } from '../../store/scan/run.ts';
import type { ScanKind } from '../../store/scan/run.ts';
import { readWaiting } from '../../store/scan/waiting.ts';

export type Outcomes = { readonly [Name in Outcome]: number };

/** The progress of a run. */
export interface ScanProgress {
  /** For the whole run, including the time before interruptions. */
  readonly outcomes: Outcomes;
  /** The reasons of identities that were not written. */
  readonly reasons: readonly ScanCount[];
  /** How many are read but not delivered yet. */
  readonly waiting: number;
  /** The share of the ids that is done, from 0 to 1. Undefined if it is unknown. */
  readonly share: number | undefined;
}

/** @param run undefined if none has begun */
export async function readProgress(
  store: Store,
  kind: ScanKind,
  run: number | undefined,
): Promise<ScanProgress> {
  if (run === undefined) return { outcomes: sumUp([]), reasons: [], waiting: 0, share: undefined };
  const counts = await readCounts(store, run);
  const { rows } = await readWaiting(store, run);
  const scan = await readScan(store, kind);
  return {
    outcomes: sumUp(counts),
    reasons: counts.filter(({ reason }) => reason !== null),
    waiting: rows,
    share: scan?.state === 'reading' ? shareBehind(scan.lastId) : 1,
  };
}

/** How many identities have each outcome, whatever the reason. */
export function sumUp(counts: readonly ScanCount[]): Outcomes {
  const sums = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  for (const { outcome, n } of counts) sums[outcome] += n;
  return sums;
}

export function total({ created, updated, unchanged, skipped, failed }: Outcomes): number {
  return created + updated + unchanged + skipped + failed;
}

/**
 * Ory's ids are random (UUID, version 4) and come in ascending order. So the first digits of an id show the
 * share that is done.
 */
export function shareBehind(lastId: string | null): number | undefined {
  const digits = lastId?.replace('-', '').slice(0, 12) ?? '';
  return /^[0-9a-f]{12}$/.test(digits) ? Number.parseInt(digits, 16) / 2 ** 48 : undefined;
}
