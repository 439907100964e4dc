import type { Identity } from '../../model/identity.ts';
import type { ProcessRow } from '../../store/live-processes.ts';
import { readCounts } from '../../store/scan/counts.ts';
import { endScan, leaveScan, takeScan } from '../../store/scan/run.ts';
import type { ScanKind, ScanRun } from '../../store/scan/run.ts';
import { wasBackfilled } from '../../store/scan/reconcile-due.ts';
import { contentHashOf } from '../intake/snapshot.ts';
import type { CompareRules } from './compare.ts';
import type { ScanContext } from './scan-context.ts';
import { isComplete, optionsText } from './scan-options.ts';
import type { ScanOptions } from './scan-options.ts';
import { sumUp } from './progress.ts';
import { readAll } from './read-all.ts';
import { untilLeft } from './until-left.ts';
import type { LeftBehind } from './until-left.ts';

export interface ScanRequest {
  readonly kind: ScanKind;
  /** The process that runs it. */
  readonly holder: string;
  readonly options: ScanOptions;
  /** Start from the first page, even if an interrupted run could continue. */
  readonly restart: boolean;
}

export type ScanResult =
  | ({ readonly kind: 'done'; readonly scan: ScanRun } & LeftBehind)
  /** The rest of the day's credits is reserved for webhooks (rule 29). The run can continue later. */
  | { readonly kind: 'credits'; readonly scan: ScanRun }
  /** Another process is running a scan. */
  | { readonly kind: 'taken'; readonly by: ProcessRow };

export interface ScanHooks {
  /** Called when the run is known, new or continued, and again if it must start over. */
  readonly began?: (scan: ScanRun, resumed: boolean) => void;
  /** Called when all its rows have left the outbox. The run ends after it. */
  readonly beforeEnd?: (scan: ScanRun) => Promise<void>;
}

/**
 * Runs a scan to its end, or continues an interrupted one. Reads all identities, and waits until its rows
 * have left the outbox.
 * @throws what `readAll` throws, and the signal's reason once it is aborted; the run then continues later
 */
export async function runScan(
  context: ScanContext,
  request: ScanRequest,
  signal: AbortSignal,
  hooks: ScanHooks = {},
): Promise<ScanResult> {
  const { store, report } = context;
  const { kind, holder, options } = request;
  const text = optionsText(options, context.mappingHash);
  for (let { restart } = request; ; restart = true) {
    const taken = await takeScan(store, kind, holder, { options: text, restart });
    if ('taken' in taken) return { kind: 'taken', by: taken.taken };
    const { scan, resumed } = taken;
    report({ what: 'scan_began', scan: kind, run: scan.run, resumed });
    hooks.began?.(scan, resumed);
    try {
      const end = await readAndDeliver(context, scan, options, signal, hooks);
      // Ory has forgotten the page token. Identities that were already put in are compared again, and none
      // counts twice.
      if (end === 'bad_token') continue;
      if (end !== 'credits') return { kind: 'done', scan, ...end };
      await leaveScan(store, scan);
      return { kind: 'credits', scan };
    } catch (error) {
      await leaveScan(store, scan).catch(() => {});
      throw error;
    }
  }
}

/** @returns how many rows are left in the outbox */
async function readAndDeliver(
  context: ScanContext,
  scan: ScanRun,
  options: ScanOptions,
  signal: AbortSignal,
  { beforeEnd }: ScanHooks,
): Promise<LeftBehind | 'credits' | 'bad_token'> {
  const { store, report } = context;
  if (scan.state === 'reading') {
    const end = await readAll(context, scan, await rulesOf(context, scan.kind, options), signal);
    if (end !== 'end') return end;
  }
  const left = await untilLeft(context, scan.run, signal);
  if (left === 'credits') return left;
  await beforeEnd?.(scan);
  await endScan(store, scan, { complete: isComplete(options) });
  const outcomes = sumUp(await readCounts(store, scan.run));
  report({ what: 'scan_done', scan: scan.kind, run: scan.run, outcomes });
  return left;
}

async function rulesOf(
  { store, mappingHash }: ScanContext,
  kind: ScanKind,
  options: ScanOptions,
): Promise<CompareRules> {
  const invited = kind === 'backfill' || (await wasBackfilled(store));
  const contentHash = (identity: Identity) => contentHashOf(identity, store.hmac);
  return { kind, options, mappingHash, bornAt: store.bornAt, contentHash, invited };
}
