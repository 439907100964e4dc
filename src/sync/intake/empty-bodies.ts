import { messageOf } from '../../errors.ts';
import { noteEmptyBodies } from '../../store/empty-bodies.ts';
import type { EmptyBodies } from '../../store/empty-bodies.ts';
import type { Store } from '../../store/open.ts';

/** After this time the burst is over. It includes webhooks that were lost without even an empty body. */
const QUIET_MS = 10_000;
/** A stream of them may not end, so a scan begins this long after the first one. */
const BURST_AT_MOST_MS = 40_000;
const NOTED_EVERY_MS = 1_000;

/** Whether a scan is due that finds the changes whose webhooks had an empty body. Pure. */
export function isScanDue({ sinceMs, quietMs, gap, restMs }: EmptyBodies): boolean {
  if (sinceMs === null || quietMs === null || gap || restMs > 0) return false;
  return quietMs >= QUIET_MS || sinceMs >= BURST_AT_MOST_MS;
}

/** Records that webhooks with an empty body have come, at most once per second. */
export class EmptyBodyNotes {
  readonly #store: Store;
  readonly #failed: (message: string) => void;
  readonly #stopping = new AbortController();
  #unwritten = 0;
  #writing: Promise<void> | undefined;

  /** @param failed called if the store could not be written; it is tried again */
  constructor(store: Store, failed: (message: string) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  note(): void {
    this.#unwritten += 1;
    this.#writing ??= this.#write();
  }

  /** Resolves once everything is written or has failed. */
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
      if (!signal.aborted) await this.#store.world.sleep(NOTED_EVERY_MS, signal).catch(() => {});
      if (this.#unwritten > 0) continue;
      this.#writing = undefined;
      return;
    }
  }
}
