import { beat } from '../../store/process.ts';
import type { Joined } from '../../store/process.ts';
import type { ProcessHealth } from '../../store/live-processes.ts';
import type { Store } from '../../store/open.ts';
import { LARGEST_WEBHOOK } from '../intake/intake.ts';
import type { StoreStanding } from './store-standing.ts';

const BEAT_EVERY_MS = 1_000;

export interface HeartbeatOptions {
  /** Of the store, where this process takes webhooks in. */
  readonly standing?: StoreStanding;
  /** Told when the clock of the store was set back, by how many ms at least. */
  readonly clockSetBack?: (ms: number) => void;
}

/** Says each second that this process is alive, and how its delivery is; its writes are the probe of a store in trouble. */
export class Heartbeat {
  readonly #store: Store;
  readonly #joined: Joined;
  readonly #health: () => ProcessHealth;
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  constructor(store: Store, joined: Joined, health: () => ProcessHealth, options: HeartbeatOptions = {}) {
    this.#store = store;
    this.#joined = joined;
    this.#health = health;
    this.#options = options;
    this.#timer = setInterval(() => {
      // A store that cannot be written is told where something is lost by it; here the next beat does.
      this.#beating ??= this.#beat()
        .catch(() => {})
        .finally(() => (this.#beating = undefined));
    }, BEAT_EVERY_MS);
  }

  async #beat(): Promise<void> {
    const { standing, clockSetBack } = this.#options;
    if (standing?.needsRoom === true) await this.#lookForRoom(standing).catch(() => {});
    const setBackMs = await beat(this.#store, this.#joined, this.#health());
    if (setBackMs > 0) clockSetBack?.(setBackMs);
  }

  async #lookForRoom(standing: StoreStanding): Promise<void> {
    await beat(this.#store, this.#joined, this.#health(), LARGEST_WEBHOOK);
    standing.hasRoom();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }
}
