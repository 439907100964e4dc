import type { Concurrency } from './concurrency.ts';
import { answered, currentLimit, INITIAL_CONCURRENCY, tooMany } from './concurrency.ts';

/**
 * Calls with more than 10 records, and COQL. Zoho allows 10 of them at once in all editions (Zoho CRM API,
 * "API Limits").
 */
const BIG_AT_MOST = 10;

export interface Slot {
  /** Gives the slot back. The outcome of the call adjusts the limit. */
  release(outcome: 'answered' | 'too_many' | 'failed'): void;
}

interface Waiting {
  readonly big: boolean;
  readonly start: (slot: Slot) => void;
}

/**
 * Gives out slots for calls, first come, first served. A small call may pass big ones that wait for each
 * other.
 */
export class Limiter {
  readonly #now: () => number;
  #state: Concurrency = INITIAL_CONCURRENCY;
  #waiting: readonly Waiting[] = [];
  #inFlight = 0;
  #bigInFlight = 0;
  #nextNumber = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get limit(): number {
    return currentLimit(this.#state, this.#now());
  }

  /** Waits for a slot. Undefined if the signal aborts first. */
  async slot(big: boolean, signal: AbortSignal): Promise<Slot | undefined> {
    if (signal.aborted) return undefined;
    const { promise, resolve } = Promise.withResolvers<Slot | undefined>();
    const waiting: Waiting = { big, start: resolve };
    const leave = () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      resolve(undefined);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting = [...this.#waiting, waiting];
    this.#startWaiting();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #startWaiting(): void {
    for (const waiting of this.#waiting) {
      if (this.#inFlight >= this.limit) return;
      if (waiting.big && this.#bigInFlight >= BIG_AT_MOST) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      waiting.start(this.#take(waiting.big));
    }
  }

  #take(big: boolean): Slot {
    const number = this.#nextNumber++;
    this.#inFlight += 1;
    if (big) this.#bigInFlight += 1;
    const atStart = this.#inFlight;
    return {
      release: (outcome) => {
        const now = this.#now();
        if (outcome === 'answered') this.#state = answered(this.#state, this.#inFlight, now);
        if (outcome === 'too_many') {
          // Calls that began later may have reached Zoho earlier.
          const among = Math.max(atStart, this.#inFlight);
          this.#state = tooMany(this.#state, { number, among, next: this.#nextNumber }, now);
        }
        this.#inFlight -= 1;
        if (big) this.#bigInFlight -= 1;
        this.#startWaiting();
      },
    };
  }
}
