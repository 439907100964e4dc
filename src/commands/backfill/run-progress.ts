import type { Store } from '../../store/open.ts';
import { readProgress, total } from '../../sync/scan/progress.ts';
import { progressLine, shareOf } from './progress-words.ts';

export interface RunProgressOptions {
  readonly store: Store;
  readonly run: number;
  /** So many identities, then the run ends. */
  readonly limit: number | null;
  /** Credits of Zoho used by this process so far. */
  readonly credits: () => number;
}

/** What is to be seen of a run each time it is called: how far, how fast, how long still. */
export function runProgress({
  store,
  run,
  limit,
  credits,
}: RunProgressOptions): () => Promise<string | undefined> {
  const startedAt = performance.now();
  /** Where the run stood when this process began. */
  let before: { identities: number; share: number } | undefined;
  return async () => {
    // A store that is busy is asked again the next time.
    const progress = await readProgress(store, 'backfill', run).catch(() => undefined);
    if (progress === undefined) return undefined;
    const identities = total(progress.outcomes);
    const share = shareOf(progress.share, identities, limit);
    // The first look is where it began.
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
