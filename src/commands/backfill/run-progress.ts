import type { Store } from '../../store/open.ts';
import { readProgress, total } from '../../sync/scan/progress.ts';
import { progressLine, shareOf } from './progress-words.ts';

export interface RunProgressOptions {
  readonly store: Store;
  readonly run: number;
  /** The run ends after this many identities. */
  readonly limit: number | null;
  /** Zoho credits that this process has used so far. */
  readonly credits: () => number;
}

/** The progress line of a run: how far it is, its speed and the remaining time. */
export function runProgress({
  store,
  run,
  limit,
  credits,
}: RunProgressOptions): () => Promise<string | undefined> {
  const startedAt = performance.now();
  /** The progress of the run when this process started. */
  let before: { identities: number; share: number } | undefined;
  return async () => {
    // If the store is busy, the next call tries again.
    const progress = await readProgress(store, 'backfill', run).catch(() => undefined);
    if (progress === undefined) return undefined;
    const identities = total(progress.outcomes);
    const share = shareOf(progress.share, identities, limit);
    // The first reading is the start.
    if (before === undefined) {
      before = { identities, share: share ?? 0 };
      return undefined;
    }
    return progressLine(
      { ...progress, share },
      {
        seconds: (performance.now() - startedAt) / 1_000,
        identities: identities - before.identities,
        shareBefore: before.share,
        credits: credits(),
      },
    );
  };
}
