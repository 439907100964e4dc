import { OryZohoError } from '../../errors.ts';
import type { AsideCount } from '../../model/look-up-wait.ts';
import { countAside } from '../../store/outbox/put-aside.ts';
import type { ScanRun } from '../../store/scan/run.ts';
import type { ScanContext } from '../../sync/scan/scan-context.ts';
import { runScan } from '../../sync/scan/run-scan.ts';
import type { ScanRequest } from '../../sync/scan/run-scan.ts';
import { prune } from './prune.ts';
import type { Pruned } from './prune.ts';
import { OutOfCredits } from './stop-backfill.ts';
import { Interrupted } from '../parts/interrupted.ts';

/** How a backfill ended, if not with an error. */
export interface End {
  readonly how: 'done' | 'credits' | 'interrupted';
  /** Undefined if it was interrupted before it began. */
  readonly run: number | undefined;
  /** Whether it resumed an interrupted run. */
  readonly resumed: boolean;
  /** Records that Zoho keeps holding (locked, in approval). */
  readonly putOff: number;
  /** Newcomers that wait for a look-up that is not possible now, by reason. */
  readonly aside: readonly AsideCount[];
  readonly pruned: Pruned | undefined;
}

export interface EndOptions {
  readonly request: ScanRequest;
  /** Undefined if contacts of identities that are gone are not deleted. */
  readonly pruning: { readonly yes: boolean; readonly force: boolean } | undefined;
  readonly began: (scan: ScanRun, resumed: boolean) => void;
  /** Called when all identities are delivered and pruning begins, which shows a list and asks. */
  readonly scanned: () => Promise<void>;
}

/** Scans, and prunes if requested. @throws what `runScan` and `prune` throw, except interruptions */
export async function scanAndPrune(
  context: ScanContext,
  { request, pruning, began, scanned }: EndOptions,
  signal: AbortSignal,
): Promise<End> {
  let end: End = { how: 'done', run: undefined, resumed: false, putOff: 0, aside: [], pruned: undefined };
  try {
    const result = await runScan(context, request, signal, {
      began: (scan, resumed) => {
        end = { ...end, run: scan.run, resumed };
        began(scan, resumed);
      },
    });
    if (result.kind === 'taken') throw taken();
    if (result.kind === 'credits') return { ...end, how: 'credits' };
    const aside = result.aside === 0 ? [] : await countAside(context.store, result.scan.run);
    end = { ...end, putOff: result.putOff, aside };
    if (pruning === undefined) return end;
    await scanned();
    const pruned = await prune(context, result.scan, pruning, signal);
    if (pruned === 'cut') return { ...end, how: 'interrupted' };
    return pruned === 'credits' ? { ...end, how: 'credits' } : { ...end, pruned };
  } catch (error) {
    if (error instanceof Interrupted) return { ...end, how: 'interrupted' };
    if (error instanceof OutOfCredits) return { ...end, how: 'credits' };
    throw error;
  }
}

function taken(): OryZohoError {
  return new OryZohoError('scan_lost', 'Another process has taken over this backfill.', {
    hint: 'Run `ory-zoho status` to see which.',
  });
}
