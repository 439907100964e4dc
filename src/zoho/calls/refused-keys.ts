const FIRST_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

interface Refusal {
  readonly until: number;
  readonly forMs: number;
}

/**
 * Keys that Zoho refused to look for. Such a key is asked for again after 15 minutes, then after 30, and so
 * on up to a day. So one key costs about 40 calls on its first day, and 6 on each other.
 */
export class RefusedKeys {
  readonly #refusals = new Map<string, Refusal>();

  /** Whether it is not to be asked for yet. @param now in ms */
  has(key: string, now: number): boolean {
    const refusal = this.#refusals.get(key);
    return refusal !== undefined && now < refusal.until;
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
