import { messageOf, OryZohoError } from '../../errors.ts';
import { changesContact } from '../../model/policy.ts';
import type { Policy } from '../../model/policy.ts';
import { openGapForEmptyBodies, readEmptyBodies } from '../../store/empty-bodies.ts';
import { noteGap } from '../../store/served.ts';
import { retryTaken } from '../../store/outbox/wake.ts';
import { countLinks } from '../../store/scan/absent.ts';
import { readReconcileDue } from '../../store/scan/reconcile-due.ts';
import type { ScanRun } from '../../store/scan/run.ts';
import type { TurnedAway } from '../intake/turned-away.ts';
import { confirmAbsent, putGone } from './absentees.ts';
import type { ScanContext } from './scan-context.ts';
import { EVERYBODY } from './scan-options.ts';
import { isScanDue } from '../intake/empty-bodies.ts';
import { WRONG_PROJECT } from '../ory-project/reads-pause.ts';
import { runScan } from './run-scan.ts';

const LOOK_EVERY_MS = 1_000;
const AGAIN_AFTER_FAILURE_MS = 60_000;
const AGAIN_WITH_CREDITS_MS = 15 * 60_000;
/** The wait if another process has the scan. */
const AGAIN_SOON_MS = 5_000;
/** Codes of errors that end a read, with the reason that is reported for the pause. */
const READS_REASONS: ReadonlyMap<string, string> = new Map([
  ['ory_unauthorized', 'unauthorized'],
  ['ory_unexpected', 'unexpected'],
  [WRONG_PROJECT.reason, WRONG_PROJECT.reason],
]);
/**
 * Rule 27: the maximum number of contacts that a scan removes without a person, unless 1 % of the links is
 * more.
 */
const PARTED_AT_MOST = 10;

export interface ReconcileOptions {
  /** The process that runs it. */
  readonly holder: string;
  /** From the start of one scan to the start of the next. */
  readonly intervalMs: number;
  /** The mapping's policy for identities that are gone. */
  readonly deleted: Policy;
  readonly turnedAway: TurnedAway;
}

/**
 * The scan that `serve` runs by itself: at each interval, and at once if there is a gap (rule 27). It finds
 * deletions, changes by an administrator, and changes whose webhook never came.
 */
export class Reconcile {
  readonly #context: ScanContext;
  readonly #options: ReconcileOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(context: ScanContext, options: ReconcileOptions) {
    this.#context = context;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run(this.#stopping.signal);
  }

  /** The next serve continues the run. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const pause = await this.#look(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#failed(error);
        return hasGivenWay(error) ? AGAIN_SOON_MS : AGAIN_AFTER_FAILURE_MS;
      });
      await this.#context.store.world.sleep(pause, signal).catch(() => {});
    }
  }

  /** @returns the time until the next look, in ms */
  async #look(signal: AbortSignal): Promise<number> {
    await this.#noteGaps();
    const { gap, unfinished, sinceMs } = await readReconcileDue(this.#context.store);
    if (!gap && !unfinished && sinceMs < this.#options.intervalMs) return LOOK_EVERY_MS;
    const result = await runScan(
      this.#context,
      { kind: 'reconcile', holder: this.#options.holder, options: EVERYBODY, restart: false },
      signal,
      { beforeEnd: (scan) => this.#partWithAbsent(scan, signal) },
    );
    if (result.kind === 'taken') return AGAIN_SOON_MS;
    if (result.kind === 'done') {
      if ((await retryTaken(this.#context.store)) > 0) this.#context.wake();
      return LOOK_EVERY_MS;
    }
    this.#stopped("The rest of today's Zoho credits is reserved for webhooks.");
    return AGAIN_WITH_CREDITS_MS;
  }

  /** Notes lost webhooks as a gap, because only a scan can find their changes. */
  async #noteGaps(): Promise<void> {
    const { store } = this.#context;
    const { turnedAway } = this.#options;
    if (turnedAway.areForgotten(store.world.ticks())) {
      await noteGap(store);
      turnedAway.clear();
    }
    if (isScanDue(await readEmptyBodies(store))) await openGapForEmptyBodies(store);
  }

  #failed(error: unknown): void {
    const reason = readsReasonOf(error);
    if (reason !== undefined) {
      this.#context.report({
        what: 'reads_paused',
        reason,
        message: messageOf(error),
        ms: AGAIN_AFTER_FAILURE_MS,
      });
    }
    this.#stopped(messageOf(error));
  }

  #stopped(message: string): void {
    this.#context.report({ what: 'scan_stopped', scan: 'reconcile', message });
  }

  async #partWithAbsent(scan: ScanRun, signal: AbortSignal): Promise<void> {
    const { deleted } = this.#options;
    const links = await countLinks(this.#context.store);
    const most = changesContact(deleted)
      ? Math.max(PARTED_AT_MOST, Math.floor(links / 100))
      : Number.POSITIVE_INFINITY;
    const gone = await confirmAbsent(this.#context, scan.run, most, signal);
    if (gone.length === 0) return;
    const left = gone.length > most;
    this.#context.report({
      what: 'absent',
      scan: 'reconcile',
      run: scan.run,
      gone: gone.length,
      links,
      left,
    });
    if (left) return;
    // The number of gone identities is not limited here. So the policy is fixed now: another mapping must not
    // delete them before they are delivered.
    const policy = changesContact(deleted) ? null : 'leave';
    await putGone(this.#context, gone, { event: 'reconcile', policy, run: null });
  }
}

/** The answer from Ory ended the scan, and ends all other reads too. */
function readsReasonOf(error: unknown): string | undefined {
  if (!(error instanceof OryZohoError)) return undefined;
  return READS_REASONS.get(error.code);
}

/** A backfill or another process runs the scan now. */
function hasGivenWay(error: unknown): boolean {
  return error instanceof OryZohoError && error.code === 'scan_lost';
}
