import type { NotDone } from './token-failure.ts';

/**
 * After a failed attempt the next one waits 10 s. The wait doubles up to this limit, so nine attempts take
 * ten minutes.
 */
const LONGEST_HOLD_MS = 75_000;

/** Makes one process wait before it asks for a token again after an attempt that gave none. */
export class HoldOff {
  readonly #now: () => number;
  /** Attempts in a row that gave no token. */
  #failures = 0;
  /** No attempt is made before this time. Callers get the failure of the last one. */
  #hold: { readonly until: number; readonly failure: NotDone } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What callers get instead of an attempt. Undefined if an attempt may be made. */
  get failure(): NotDone | undefined {
    const waitMs = (this.#hold?.until ?? 0) - this.#now();
    return this.#hold === undefined || waitMs <= 0 ? undefined : { ...this.#hold.failure, waitMs };
  }

  /** @param holdMs replaces the wait that grows with each failure */
  failed(failure: NotDone, holdMs?: number): NotDone {
    this.#failures += 1;
    const waitMs = holdMs ?? Math.min(LONGEST_HOLD_MS, 5_000 * 2 ** this.#failures);
    this.#hold = { until: this.#now() + waitMs, failure };
    return { ...failure, waitMs };
  }

  succeeded(): void {
    this.#failures = 0;
    this.#hold = undefined;
  }
}
