import type { PauseReason } from '../../model/pause.ts';
import { pauseBy } from '../../model/pause.ts';
import { Allowance } from './allowance.ts';
import { pauseMs } from './pace.ts';

/**
 * Whether delivery may call Zoho (rule 13):
 *
 *   open ── a call fails ──> paused ── its time is over ──> probing (one round) ── a record written ──> open
 *                              ^                               └── fails ──┐
 *                              └───────────────────────────────────────────┘ (longer)
 *
 * A failed call pauses the whole connection; records are not to blame. Times are ms of one monotonic clock.
 */
export type ConnectionState =
  | { readonly phase: 'open' }
  | { readonly phase: 'paused'; readonly reason: PauseReason; readonly since: number; readonly until: number }
  | { readonly phase: 'probing'; readonly reason: PauseReason; readonly since: number };

/**
 * Whether a round may start: at full speed, as the probe, as a probe before its time if a webhook came in
 * meanwhile, or not at all.
 */
export type MayStart = 'yes' | 'probe' | 'probe_for_webhook' | 'no';

export class Connection {
  #state: ConnectionState = { phase: 'open' };
  /** Failures in a row, since Zoho last wrote a record. */
  #failures = 0;
  #lastReason: PauseReason | undefined;
  /** Failures of calls that began before this time belong to an incident already counted. */
  #incidentSince = Number.NEGATIVE_INFINITY;
  #allowance = new Allowance(0);
  readonly #creditsUsed: () => number;
  #countedCredits = 0;

  /** @param creditsUsed the credits that this process has used so far */
  constructor(creditsUsed: () => number = () => 0) {
    this.#creditsUsed = creditsUsed;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * A call has failed, and Zoho has written no record since. Rounds are small, and make one call after the
   * other, so that a try which fails costs little.
   */
  get isTested(): boolean {
    return this.#state.phase === 'probing' || (this.#state.phase === 'open' && this.#failures > 0);
  }

  /**
   * Whether a round may start now, and whether it is the probe. Rounds from before the pause are not waited
   * for: a call that hangs for a minute must not delay the probe.
   */
  mayStart(now: number, probeUnderWay: boolean): MayStart {
    if (this.#state.phase === 'open' && this.#failures === 0) return 'yes';
    if (probeUnderWay) return 'no';
    if (this.#state.phase !== 'paused' || now >= this.#state.until) return 'probe';
    const refused = pauseBy(this.#state.reason).cause === 'operation';
    return refused && this.#allowance.allowsEarly(now) ? 'probe_for_webhook' : 'no';
  }

  /** The probe has started. */
  probe(now: number): void {
    // What calls cost after the failure counts too. Rounds that did not fail were no tries.
    if (this.#state.phase === 'paused') this.#countCredits(now);
    this.#countedCredits = this.#creditsUsed();
    if (this.#state.phase !== 'paused') return;
    this.#state = { phase: 'probing', reason: this.#state.reason, since: now };
  }

  /**
   * A call that began at `startedAt` failed.
   * @returns how long delivery pauses now; undefined if this incident was counted already
   */
  failed(
    reason: PauseReason,
    waitMs: number | undefined,
    startedAt: number,
    now: number,
  ): number | undefined {
    if (startedAt < this.#incidentSince) return undefined;
    if (this.#failures === 0) {
      this.#allowance = new Allowance(now);
      this.#countedCredits = this.#creditsUsed();
    }
    this.#countCredits(now);
    this.#failures += 1;
    this.#lastReason = reason;
    this.#incidentSince = now;
    const ms = Math.max(pauseMs(reason, this.#failures, waitMs), this.#allowance.waitMs(now));
    this.#state = { phase: 'paused', reason, since: now, until: now + ms };
    return ms;
  }

  /**
   * The probe ended without a failure, but also without a write that proves anything. Or the pause is over,
   * and no row is due. The next failure pauses for longer all the same.
   * @returns true if that ends a pause
   */
  giveBenefitOfDoubt(): boolean {
    if (this.#state.phase === 'open') return false;
    this.#state = { phase: 'open' };
    return true;
  }

  /**
   * A write that began at `startedAt` was answered.
   * @param wrote false if no record was written, as when Zoho refuses a value. Zoho may check values first, so
   * that does not end a pause for refused calls, and the next failure pauses for longer all the same.
   * @returns true if that ends a pause
   */
  answered(startedAt: number, wrote: boolean): boolean {
    // An answer to a call from before the incident proves nothing about now.
    if (startedAt < this.#incidentSince) return false;
    const isRefusal = this.#lastReason !== undefined && pauseBy(this.#lastReason).cause === 'operation';
    if (isRefusal && !wrote) return false;
    if (wrote) {
      this.#failures = 0;
      this.#lastReason = undefined;
    }
    const resumed = this.#state.phase !== 'open';
    this.#state = { phase: 'open' };
    return resumed;
  }

  #countCredits(now: number): void {
    const used = this.#creditsUsed();
    this.#allowance.spend(used - this.#countedCredits, now);
    this.#countedCredits = used;
  }
}
