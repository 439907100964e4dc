import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import { noteEmptyBodies } from '../../store/empty-bodies.ts';
import type { EmptyBodies } from '../../store/empty-bodies.ts';
import type { Store } from '../../store/open.ts';

/** The burst is over; those that came to nothing at all, without even an empty body, belong to it. */
const QUIET_MS = 10_000;
/** A stream of them does not end: so long after its first one a scan begins all the same. */
const BURST_AT_MOST_MS = 40_000;
const NOTED_EVERY_MS = 1_000;

/** Whether it is time for a scan that finds what webhooks with an empty body should have told. Pure. */
export function isScanDue({ sinceMs, quietMs, gap, restMs }: EmptyBodies): boolean {
  if (sinceMs === null || quietMs === null || gap || restMs > 0) return false;
  return quietMs >= QUIET_MS || sinceMs >= BURST_AT_MOST_MS;
}

/** Writes down that webhooks with an empty body have come: once a second at most, however many they are. */
export class EmptyBodyNotes {
  readonly #store: Store;
  readonly #failed: (message: string) => void;
  readonly #stopping = new AbortController();
  #unwritten = 0;
  #writing: Promise<void> | undefined;

  /** @param failed told when the store could not be written; it is tried again */
  constructor(store: Store, failed: (message: string) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  note(): void {
    this.#unwritten += 1;
    this.#writing ??= this.#write();
  }

  /** Resolves once all is written, or could not be. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      const count = this.#unwritten;
      try {
        await noteEmptyBodies(this.#store, count);
        this.#unwritten -= count;
      } catch (error) {
        this.#failed(messageOf(error));
        if (signal.aborted) return;
      }
      if (!signal.aborted) await delay(NOTED_EVERY_MS, undefined, { signal }).catch(() => {});
      if (this.#unwritten > 0) continue;
      this.#writing = undefined;
      return;
    }
  }
}
