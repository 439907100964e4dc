import type { Cancel } from '../../model/world.ts';
import type { Store } from '../../store/open.ts';
import { renew } from '../../store/outbox/renew.ts';

const RENEW_EVERY_MS = 3_000;
const GIVE_UP_AFTER_MS = 8_000;

interface Held {
  readonly abort: AbortController;
  /**
   * A timer of its own: if the store does not respond, a renewal returns too late, and others wait behind it.
   */
  giveUp: Cancel;
}

/**
 * Renews the leases of all running rounds, in one statement every 3 s (rule 9). A round is aborted if its
 * lease is lost, or could not be renewed for 8 s, because another process may hold its rows by then.
 */
export class Leases {
  readonly #store: Store;
  readonly #held = new Map<string, Held>();
  #stopRenewing: Cancel | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Starts to renew the lease of this token. The signal aborts when the lease is lost, or on `abortAll`. */
  keep(token: string): AbortSignal {
    const abort = new AbortController();
    this.#held.set(token, { abort, giveUp: this.#abortIn(abort, GIVE_UP_AFTER_MS) });
    this.#stopRenewing ??= this.#store.world.every(RENEW_EVERY_MS, () => void this.#renewAll());
    return abort.signal;
  }

  drop(token: string): void {
    this.#held.get(token)?.giveUp();
    this.#held.delete(token);
    if (this.#held.size > 0) return;
    this.#stopRenewing?.();
    this.#stopRenewing = undefined;
  }

  /** The round has failed. Its calls under way are cut, because its lease is not renewed any more. */
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
    const began = this.#store.world.ticks();
    try {
      const kept = await renew(this.#store, asked);
      for (const token of asked) {
        const lease = this.#held.get(token);
        if (lease === undefined) continue;
        lease.giveUp();
        const left = GIVE_UP_AFTER_MS - (this.#store.world.ticks() - began);
        if (kept.has(token)) lease.giveUp = this.#abortIn(lease.abort, left);
        else lease.abort.abort();
      }
    } catch {
      // The store may be busy, full or unreachable. Each lease is given up when its time is over.
    }
  }

  #abortIn(abort: AbortController, ms: number): Cancel {
    return this.#store.world.after(ms, () => abort.abort());
  }
}
