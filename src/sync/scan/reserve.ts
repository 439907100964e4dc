/** What is known about Zoho's credits. */
export interface CreditsKnown {
  /** Counted by this process. */
  readonly creditsUsed: number;
  /**
   * The last value that Zoho sent. Undefined while more than half of the day's credits is left, because Zoho
   * then sends none.
   */
  readonly creditsRemaining: number | undefined;
  /** The first value that Zoho sent, which is about half of the day's credits. */
  readonly creditsHalf: number | undefined;
}

/**
 * After this time Zoho's last value may be out of date. Credits come back as calls leave the 24-hour window.
 */
const OUTDATED_AFTER_MS = 15 * 60_000;

/**
 * Rule 29: scans stop while less than a fifth of the day's credits is left. The rest is for webhooks. Half of
 * the day's credits is the first value that any process on the store got, even if that process has ended: a
 * process that starts below half gets a lower first value.
 */
export class Reserve {
  readonly #keep: (half: number | null) => void;
  #half: number | null;
  #remaining: number | undefined;
  #since = 0;

  /**
   * @param half the stored value for half of the day's credits
   * @param keep called when that changes; null means that more than half is left
   */
  constructor(half: number | null, keep: (half: number | null) => void) {
    this.#half = half;
    this.#keep = keep;
  }

  /** @param now ms of a monotonic clock */
  isReached({ creditsUsed, creditsRemaining, creditsHalf }: CreditsKnown, now: number): boolean {
    if (creditsRemaining !== this.#remaining) {
      this.#remaining = creditsRemaining;
      this.#since = now;
    }
    if (creditsRemaining === undefined || creditsHalf === undefined) {
      if (creditsUsed > 0) this.#remember(null);
      return false;
    }
    this.#remember(Math.max(this.#half ?? 0, creditsHalf));
    return creditsRemaining < 0.4 * (this.#half ?? creditsHalf) && now - this.#since < OUTDATED_AFTER_MS;
  }

  #remember(half: number | null): void {
    if (half === this.#half) return;
    this.#half = half;
    this.#keep(half);
  }
}
