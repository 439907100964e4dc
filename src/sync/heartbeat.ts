import { beat } from '../store/process.ts';
import type { Joined, ProcessHealth } from '../store/process.ts';
import type { Store } from '../store/open.ts';

const BEAT_EVERY_MS = 1_000;

/** Says each second that this process is alive, and how its delivery is. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  constructor(store: Store, joined: Joined, health: () => ProcessHealth) {
    this.#timer = setInterval(() => {
      // A store that cannot be written is told where something is lost by it; here the next beat does.
      this.#beating ??= beat(store, joined, health())
        .catch(() => {})
        .finally(() => (this.#beating = undefined));
    }, BEAT_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }
}
