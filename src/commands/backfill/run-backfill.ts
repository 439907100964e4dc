import type { DeliveryConfig } from '../../config/serve-config.ts';
import { StoreError, messageOf } from '../../errors.ts';
import type { ExitCode } from '../../errors.ts';
import type { Report, Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import type { ScanOptions } from '../../sync/scan/scan-options.ts';
import { readProgress } from '../../sync/scan/progress.ts';
import type { Parts } from '../parts/open-parts.ts';
import type { Member } from '../parts/member.ts';
import type { BackfillFlags } from './backfill-options.ts';
import { ProgressDisplay } from './progress-display.ts';
import { exitCodeOfBackfill, tellEnd } from './backfill-end.ts';
import { runProgress } from './run-progress.ts';
import { StopWatch, stopOnSignals } from './stop-backfill.ts';
import { Interrupted } from '../parts/interrupted.ts';
import { noteOf } from '../parts/report-notes.ts';
import { printJson } from '../terminal/print.ts';
import { eventOf } from './report-event.ts';
import { scanAndPrune } from './scan-and-prune.ts';
import type { End } from './scan-and-prune.ts';
import { beginScanDelivery } from './scan-delivery.ts';
import type { ScanDelivery } from './scan-delivery.ts';

export interface BackfillRun {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly ory: OryAdminClient;
  readonly member: Member;
  readonly flags: BackfillFlags;
  readonly options: ScanOptions;
}

/**
 * Delivers what the scan queues, in this process, even if a serve is running. Shows the progress and prints
 * the result.
 */
export async function runBackfill(run: BackfillRun): Promise<ExitCode> {
  const { store } = run.parts;
  const startedAt = performance.now();
  const stop = stopOnSignals();
  const watch = new StopWatch(stop);
  const display = new ProgressDisplay();
  const report = reporterOf(run.flags, watch, display);
  stop.signal.addEventListener('abort', () => {
    if (!(stop.signal.reason instanceof Interrupted)) return;
    display.note('Waiting for running calls, 4 s at most.');
  });
  const work = await beginScanDelivery({ ...run, report, warn: (message) => display.note(message) });
  let end: End;
  try {
    end = await scan(run, work, display, stop.signal);
  } catch (error) {
    if (run.flags.json) printJson({ event: 'stopped', message: messageOf(error) });
    throw error instanceof StoreError ? goesOn(error) : error;
  } finally {
    watch.end();
    await work.close();
    await display.end();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const progress = await readProgress(store, 'backfill', end.run);
  tellEnd({ ...end, progress, seconds, credits: work.credits() }, run.flags);
  return exitCodeOfBackfill(end, progress);
}

function scan(
  { parts, member, flags, options }: BackfillRun,
  work: ScanDelivery,
  display: ProgressDisplay,
  signal: AbortSignal,
): Promise<End> {
  const { yes, force, restart } = flags;
  const { store } = parts;
  const { limit } = options;
  return scanAndPrune(
    work.context,
    {
      request: { kind: 'backfill', holder: member.id, options, restart },
      pruning: flags.prune ? { yes, force } : undefined,
      began: ({ run }) => display.show(runProgress({ store, run, limit, credits: work.credits })),
      scanned: () => display.end(),
    },
    signal,
  );
}

function reporterOf({ json }: BackfillFlags, watch: StopWatch, display: ProgressDisplay): Reporter {
  return (report: Report) => {
    watch.hear(report);
    const event = json ? eventOf(report) : undefined;
    if (event !== undefined) printJson(event);
    const note = noteOf(report);
    if (note !== undefined) display.note(note);
  };
}

/** Errors of the store do not know which command they interrupted. */
function goesOn(error: StoreError): StoreError {
  const hint = `${error.hint} Then run the same command again. It resumes from there.`;
  return new StoreError(error.kind, error.message, { hint, passes: error.passes, cause: error });
}
