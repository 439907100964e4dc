import type { ZohoSettings } from './zoho-settings.ts';
import { EDITIONS } from './zoho-settings.ts';

/**
 * How many calls with over 10 records or with COQL may run at once, in every edition (Zoho CRM API, "API
 * limits").
 */
const BIG_CALLS = 10;

/**
 * Zoho's limits for one org and one OAuth client: concurrent calls, concurrent big calls, and credits. Zoho
 * counts credits over the past 24 hours. Here they only come back with `reset`, so that tests need no clock.
 */
export class CallLimits {
  readonly #settings: ZohoSettings;
  #running = 0;
  #runningBig = 0;
  peak = 0;
  peakBig = 0;
  creditsUsed = 0;
  readonly refused = { concurrency: 0, credits: 0 };

  constructor(settings: ZohoSettings) {
    this.#settings = settings;
  }

  get credits(): number {
    return this.#settings.credits ?? EDITIONS[this.#settings.edition].credits;
  }

  /** Takes a slot, or returns the limit that was reached. Refused calls cost no credits. */
  enter(big: boolean, cost: number): 'concurrency' | 'credits' | (() => void) {
    const limit = this.#settings.concurrencyLimit ?? EDITIONS[this.#settings.edition].concurrency;
    if (this.#running >= limit || (big && this.#runningBig >= BIG_CALLS)) {
      this.refused.concurrency += 1;
      return 'concurrency';
    }
    if (this.creditsUsed + cost > this.credits) {
      this.refused.credits += 1;
      return 'credits';
    }
    this.creditsUsed += cost;
    return this.#take(big);
  }

  #take(big: boolean): () => void {
    this.#running += 1;
    if (big) this.#runningBig += 1;
    this.peak = Math.max(this.peak, this.#running);
    this.peakBig = Math.max(this.peakBig, this.#runningBig);
    return () => {
      this.#running -= 1;
      if (big) this.#runningBig -= 1;
    };
  }

  /** The credits header. Zoho sends it only after half of the day's credits are used. */
  headers(): Record<string, string> {
    const left = this.credits - this.creditsUsed;
    return left <= this.credits / 2 ? { 'X-API-CREDITS-REMAINING': String(Math.max(0, left)) } : {};
  }

  reset(): void {
    this.creditsUsed = 0;
    this.peak = this.#running;
    this.peakBig = this.#runningBig;
    this.refused.concurrency = 0;
    this.refused.credits = 0;
  }
}
