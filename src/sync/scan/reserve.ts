/** What is known of Zoho's credits. */
export interface CreditsKnown {
  /** What Zoho said last; undefined: it says nothing while more than half of the day's is left. */
  readonly creditsRemaining: number | undefined;
  /** What it said first, which is about half of the day's. */
  readonly creditsHalf: number | undefined;
}

/** What Zoho said so long ago may be over: credits come back as calls of the day before leave the 24 h. */
const OUTDATED_AFTER_MS = 15 * 60_000;

/** Rule 29: scans stop while less than a fifth of the day's credits is left; that is for webhooks. */
export class Reserve {
  #remaining: number | undefined;
  #since = 0;

  /** @param now ms of a monotonic clock */
  isReached({ creditsRemaining, creditsHalf }: CreditsKnown, now: number): boolean {
    if (creditsRemaining !== this.#remaining) {
      this.#remaining = creditsRemaining;
      this.#since = now;
    }
    if (creditsRemaining === undefined || creditsHalf === undefined) return false;
    return creditsRemaining < 0.4 * creditsHalf && now - this.#since < OUTDATED_AFTER_MS;
  }
}
