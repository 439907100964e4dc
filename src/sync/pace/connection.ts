import type { PauseReason } from '../../model/pause.ts';
import { pauseBy } from '../../model/pause.ts';
import { pauseMs } from './pace.ts';

/**
 * Whether delivery may call Zoho (rule 13):
 *
 *   open ── a call fails ──> paused ── its time is over ──> probing (one round) ── answered ──> open
 *                              ^                               └── fails ──┐
 *                              └───────────────────────────────────────────┘ (longer)
 *
 * A failed call pauses the whole connection; records are not to blame. Times are ms of one monotonic clock.
 */
export type ConnectionState =
  | { readonly phase: 'open' }
  | { readonly phase: 'paused'; readonly reason: PauseReason; readonly since: number; readonly until: number }
  | { readonly phase: 'probing'; readonly reason: PauseReason; readonly since: number };

export class Connection {
  #state: ConnectionState = { phase: 'open' };
  #failures = 0;
  #lastReason: PauseReason | undefined;
  /** Failures of calls that began before this time belong to an incident already counted. */
  #incidentSince = Number.NEGATIVE_INFINITY;

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * Whether a round may start now, and whether it is the probe. Rounds from before the pause are not waited
   * for: a call that hangs for a minute must not delay the probe.
   */
  mayStart(now: number, probeUnderWay: boolean): 'yes' | 'probe' | 'no' {
    if (this.#state.phase === 'open') return 'yes';
    if (this.#state.phase === 'paused' && now < this.#state.until) return 'no';
    return probeUnderWay ? 'no' : 'probe';
  }

  /** The probe has started. */
  probe(now: number): void {
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
    this.#failures += 1;
    this.#lastReason = reason;
    this.#incidentSince = now;
    const ms = pauseMs(reason, this.#failures, waitMs);
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
   * that does not end a pause for refused calls.
   * @returns true if that ends a pause
   */
  answered(startedAt: number, wrote: boolean): boolean {
    // An answer to a call from before the incident proves nothing about now.
    if (startedAt < this.#incidentSince) return false;
    const isRefusal = this.#lastReason !== undefined && pauseBy(this.#lastReason).cause === 'operation';
    if (isRefusal && !wrote) return false;
    this.#failures = 0;
    this.#lastReason = undefined;
    const resumed = this.#state.phase !== 'open';
    this.#state = { phase: 'open' };
    return resumed;
  }
}
