import type { PauseReason } from '../../model/pause.ts';
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
  /** Failures of calls that began before this moment belong to an incident already counted. */
  #incidentSince = Number.NEGATIVE_INFINITY;

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * Whether a round may start now, and whether it is the probe. Rounds from before the pause are not waited for: a call
   * that hangs for a minute must not keep Zoho's recovery from being noticed.
   */
  mayStart(now: number, probeUnderWay: boolean): 'yes' | 'probe' | 'no' {
    if (this.#state.phase === 'open') return 'yes';
    if (this.#state.phase === 'paused' && now < this.#state.until) return 'no';
    return probeUnderWay ? 'no' : 'probe';
  }

  /** The one probe is on its way. */
  probe(now: number): void {
    if (this.#state.phase !== 'paused') return;
    this.#state = { phase: 'probing', reason: this.#state.reason, since: now };
  }

  /**
   * A call that began at `startedAt` failed.
   * @returns for how long delivery pauses now, or undefined when this incident has been counted
   */
  failed(
    reason: PauseReason,
    waitMs: number | undefined,
    startedAt: number,
    now: number,
  ): number | undefined {
    if (startedAt < this.#incidentSince) return undefined;
    this.#failures += 1;
    this.#incidentSince = now;
    const ms = pauseMs(reason, this.#failures, waitMs);
    this.#state = { phase: 'paused', reason, since: now, until: now + ms };
    return ms;
  }

  /**
   * The probe ended without a failure, and without a write that would have told; or its time is over, and nothing is due. The
   * next failure pauses for longer all the same.
   * @returns true when that ends a pause
   */
  giveBenefitOfDoubt(): boolean {
    if (this.#state.phase === 'open') return false;
    this.#state = { phase: 'open' };
    return true;
  }

  /** A write that began at `startedAt` was answered. @returns true when that ends a pause */
  answered(startedAt: number): boolean {
    // An answer to a call from before the incident says nothing about now.
    if (startedAt < this.#incidentSince) return false;
    this.#failures = 0;
    const resumed = this.#state.phase !== 'open';
    this.#state = { phase: 'open' };
    return resumed;
  }
}
