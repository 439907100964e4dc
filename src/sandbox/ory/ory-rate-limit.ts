import type { OrySettings } from './ory-settings.ts';

/** The three buckets of Ory Network's admin API. Each has its own count (Ory docs, "Rate limits"). */
export type OryBucket = 'medium' | 'high' | 'low';

interface Window {
  readonly lengthMs: number;
  startedAt: number;
  used: number;
}

/** Counts calls per second and per minute in each bucket, once a limit is set. */
export class OryRateLimit {
  readonly #settings: OrySettings;
  readonly #buckets = new Map<OryBucket, { readonly second: Window; readonly minute: Window }>();

  constructor(settings: OrySettings) {
    this.#settings = settings;
  }

  /** Counts a call. Returns the headers of its answer, and whether it is over the limit. */
  take(
    bucket: OryBucket,
    now: number,
  ): { readonly headers: Record<string, string>; readonly limited: boolean } {
    const limit = this.#settings.oryRateLimit;
    if (limit === undefined) return { headers: {}, limited: false };
    const { second, minute } = this.#windows(bucket, now);
    second.used += 1;
    minute.used += 1;
    const left = Math.min(limit.rps - second.used, limit.rpm - minute.used);
    const narrow = limit.rpm - minute.used <= limit.rps - second.used ? minute : second;
    const reset = Math.max(1, Math.ceil((narrow.startedAt + narrow.lengthMs - now) / 1000));
    return {
      headers: {
        'x-ratelimit-limit': `${limit.rps}, ${limit.rps};w=1, ${limit.rpm};w=60`,
        'x-ratelimit-remaining': String(Math.max(0, left)),
        'x-ratelimit-reset': String(reset),
      },
      limited: left < 0,
    };
  }

  #windows(bucket: OryBucket, now: number): { readonly second: Window; readonly minute: Window } {
    const known = this.#buckets.get(bucket) ?? { second: windowOf(1_000), minute: windowOf(60_000) };
    this.#buckets.set(bucket, known);
    for (const window of [known.second, known.minute]) {
      if (window.startedAt + window.lengthMs > now) continue;
      window.startedAt = now;
      window.used = 0;
    }
    return known;
  }

  reset(): void {
    this.#buckets.clear();
  }
}

function windowOf(lengthMs: number): Window {
  return { lengthMs, startedAt: Number.NEGATIVE_INFINITY, used: 0 };
}
