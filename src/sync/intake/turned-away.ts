/** Ory's three tries of a webhook span about a minute, with the Retry-After of a 503. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

/**
 * Webhooks that were answered 503. When Ory has given them up nothing will tell of them but a scan: that is a gap, as if
 * `serve` had been away (rule 27). Told when it is over, since a scan is work for a store that is too slow already.
 */
export class TurnedAway {
  #last: number | undefined;

  /** @param now ms of a monotonic clock */
  note(now: number): void {
    this.#last = now;
  }

  /** Whether some were turned away, and are forgotten by now. */
  areForgotten(now: number): boolean {
    return this.#last !== undefined && now - this.#last > FORGOTTEN_AFTER_MS;
  }

  /** A gap was noted for them. */
  clear(): void {
    this.#last = undefined;
  }
}
