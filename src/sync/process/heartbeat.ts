import type { Cancel } from '../../model/world.ts';
import { beat } from '../../store/process.ts';
import type { Joined } from '../../store/process.ts';
import type { ProcessHealth } from '../../store/live-processes.ts';
import type { Store } from '../../store/open.ts';
import { LARGEST_WEBHOOK } from '../intake/intake.ts';
import type { StoreStanding } from './store-standing.ts';

const BEAT_EVERY_MS = 1_000;

export interface HeartbeatOptions {
  /** The state of the store, if this process takes in webhooks. */
  readonly standing?: StoreStanding;
  /** Called when the store's clock was set back, with the minimum number of ms. */
  readonly clockSetBack?: (ms: number) => void;
}

/**
 * Writes every second that this process is alive, and the state of its delivery. These writes also test a
 * store that is in trouble.
 */
export class Heartbeat {
  readonly #store: Store;
  readonly #joined: Joined;
  readonly #health: () => ProcessHealth;
  readonly #options: HeartbeatOptions;
  readonly #cancel: Cancel;
  #beating: Promise<void> | undefined;

  constructor(store: Store, joined: Joined, health: () => ProcessHealth, options: HeartbeatOptions = {}) {
    this.#store = store;
    this.#joined = joined;
    this.#health = health;
    this.#options = options;
    this.#cancel = store.world.every(BEAT_EVERY_MS, () => {
      // A failed write of the heartbeat is not reported, because the next beat replaces it. Other writes
      // report it.
      this.#beating ??= this.#beat()
        .catch(() => {})
        .finally(() => (this.#beating = undefined));
    });
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
    this.#cancel();
    await this.#beating;
  }
}
