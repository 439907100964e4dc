const FIRST_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** A reserve of queries to find refused keys. It fills again by `A_DAY`. */
const RESERVE = 100;
const A_DAY = 500;

interface Refusal {
  readonly until: number;
  readonly forMs: number;
}

/**
 * Keys that Zoho refused to look for. Such a key is asked for again after 15 minutes, then after 30, and so
 * on up to a day. However many keys Zoho refuses, to find them and to ask again costs at most 600 calls a day.
 * Times are ms of one monotonic clock.
 */
export class RefusedKeys {
  readonly #refusals = new Map<string, Refusal>();
  #left = RESERVE;
  #filledAt = 0;

  /** Whether it is not to be asked for yet. */
  has(key: string, now: number): boolean {
    const refusal = this.#refusals.get(key);
    return refusal !== undefined && (now < refusal.until || !this.maySearch(now));
  }

  /** Whether more queries may be spent on finding out which keys Zoho refuses. */
  maySearch(now: number): boolean {
    this.#left = Math.min(RESERVE, this.#left + ((now - this.#filledAt) * A_DAY) / DAY_MS);
    this.#filledAt = now;
    return this.#left >= 1;
  }

  spend(queries: number): void {
    this.#left -= queries;
  }

  add(key: string, now: number): void {
    for (const [other, { until }] of this.#refusals) {
      if (until + DAY_MS < now) this.#refusals.delete(other);
    }
    const before = this.#refusals.get(key);
    const forMs = before === undefined ? FIRST_MS : Math.min(2 * before.forMs, DAY_MS);
    this.#refusals.set(key, { until: now + forMs, forMs });
  }

  /** Zoho has answered for these keys. */
  delete(keys: readonly string[]): void {
    if (this.#refusals.size > 0) for (const key of keys) this.#refusals.delete(key);
  }
}
