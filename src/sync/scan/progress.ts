import type { Outcome } from '../../model/outcome.ts';
import type { Store } from '../../store/open.ts';
import { readCounts } from '../../store/scan/counts.ts';
import type { ScanCount } from '../../store/scan/counts.ts';
import { readScan } from '../../store/scan/run.ts';
import type { ScanKind } from '../../store/scan/run.ts';
import { readWaiting } from '../../store/scan/waiting.ts';

export type Outcomes = { readonly [Name in Outcome]: number };

/** How far a run has come. */
export interface ScanProgress {
  /** Of the whole run, over all interruptions. */
  readonly outcomes: Outcomes;
  /** Why, of those that came to nothing. */
  readonly reasons: readonly ScanCount[];
  /** Read, and not delivered yet. */
  readonly waiting: number;
  /** What share of the ids lies behind it, 0 to 1; undefined where that cannot be told. */
  readonly share: number | undefined;
}

/** @param run undefined: none has begun */
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

/** How many identities came to what, whatever the reason. */
export function sumUp(counts: readonly ScanCount[]): Outcomes {
  const sums = { created: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  for (const { outcome, n } of counts) sums[outcome] += n;
  return sums;
}

export function total({ created, updated, unchanged, skipped, failed }: Outcomes): number {
  return created + updated + unchanged + skipped + failed;
}

/** Ory's ids are random (UUID, version 4) and come in ascending order, so their first digits tell how many lie behind. */
export function shareBehind(lastId: string | null): number | undefined {
  const digits = lastId?.replace('-', '').slice(0, 12) ?? '';
  return /^[0-9a-f]{12}$/.test(digits) ? Number.parseInt(digits, 16) / 2 ** 48 : undefined;
}
