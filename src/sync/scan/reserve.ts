/** What is known of Zoho's credits. */
export interface CreditsKnown {
  /** By this process's own count. */
  readonly creditsUsed: number;
  /** What Zoho said last; undefined: it says nothing while more than half of the day's is left. */
  readonly creditsRemaining: number | undefined;
  /** What it said first, which is about half of the day's. */
  readonly creditsHalf: number | undefined;
}

/** What Zoho said so long ago may be over: credits come back as calls of the day before leave the 24 h. */
const OUTDATED_AFTER_MS = 15 * 60_000;

/**
 * Rule 29: scans stop while less than a fifth of the day's credits is left; that is for webhooks. Half of the day's is what
 * any process on the store heard first, also one that has ended: a process that starts below half hears less.
 */
export class Reserve {
  readonly #keep: (half: number | null) => void;
  #half: number | null;
  #remaining: number | undefined;
  #since = 0;

  /**
   * @param half of the day's credits, as the store has it
   * @param keep called when that changes; null: more than half is left
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
