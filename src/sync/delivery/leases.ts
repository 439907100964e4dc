import type { Store } from '../../store/open.ts';
import { renew } from '../../store/outbox/renew.ts';

const RENEW_EVERY_MS = 3_000;
const GIVE_UP_AFTER_MS = 8_000;

interface Held {
  readonly abort: AbortController;
  /** Of its own: a store over a dead connection answers a renewal too late, and others wait behind it. */
  giveUp: NodeJS.Timeout;
}

/**
 * Keeps the leases of all rounds under way, in one statement each 3 s (rule 9). A round whose lease is lost, or could
 * not be renewed for 8 s, is aborted: another process may hold its rows by then.
 */
export class Leases {
  readonly #store: Store;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** From now on the lease of this token is kept. The signal aborts when it is lost, or on `abortAll`. */
  keep(token: string): AbortSignal {
    const abort = new AbortController();
    this.#held.set(token, { abort, giveUp: abortIn(abort, GIVE_UP_AFTER_MS) });
    this.#timer ??= setInterval(() => void this.#renewAll(), RENEW_EVERY_MS);
    return abort.signal;
  }

  drop(token: string): void {
    clearTimeout(this.#held.get(token)?.giveUp);
    this.#held.delete(token);
    if (this.#held.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The round has failed: what it still has under way is cut, since nobody keeps its lease any more. */
  cut(token: string): void {
    this.#held.get(token)?.abort.abort();
  }

  get tokens(): string[] {
    return [...this.#held.keys()];
  }

  abortAll(): void {
    for (const { abort } of this.#held.values()) abort.abort();
  }

  async #renewAll(): Promise<void> {
    const asked = this.tokens;
    const began = performance.now();
    try {
      const kept = await renew(this.#store, asked);
      for (const token of asked) {
        const lease = this.#held.get(token);
        if (lease === undefined) continue;
        clearTimeout(lease.giveUp);
        const left = GIVE_UP_AFTER_MS - (performance.now() - began);
        if (kept.has(token)) lease.giveUp = abortIn(lease.abort, left);
        else lease.abort.abort();
      }
    } catch {
      // The store may be busy, full or away; the leases run on, and each is given up when its time is over.
    }
  }
}

function abortIn(abort: AbortController, ms: number): NodeJS.Timeout {
  return setTimeout(() => abort.abort(), ms);
}
