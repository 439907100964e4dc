/** Ory's three attempts at a webhook take about a minute, with the Retry-After of a 503. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

/**
 * Webhooks that were answered 503. Once Ory has given them up, only a scan can find those changes. That is a
 * gap, as if `serve` had not been running (rule 27). The gap is noted only when it is over, because a scan
 * would add work to a store that is already too slow.
 */
export class TurnedAway {
  #last: number | undefined;

  /** @param now ms of a monotonic clock */
  note(now: number): void {
    this.#last = now;
  }

  /** Whether webhooks were turned away that Ory has given up by now. */
  areForgotten(now: number): boolean {
    return this.#last !== undefined && now - this.#last > FORGOTTEN_AFTER_MS;
  }

  /** A gap was noted for them. */
  clear(): void {
    this.#last = undefined;
  }
}
