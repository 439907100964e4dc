import { messageOf } from '../../errors.ts';
import type { Cancel } from '../../model/world.ts';
import type { Store } from '../../store/open.ts';
import { expireFailed } from '../../store/outbox/failed/failed-discard.ts';

const EVERY_MS = 60 * 60 * 1_000;

/** Drops old failed rows at the start and once an hour, so that personal data is not kept for ever. */
export class Expiry {
  readonly #endTimer: Cancel;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param hears `expired` receives the number of dropped rows, if there were any; `failed` is called if the
   * store refused the change
   */
  constructor(store: Store, hears: { expired: (rows: number) => void; failed: (message: string) => void }) {
    const run = () => {
      this.#running = this.#running
        .then(async () => {
          const rows = await expireFailed(store);
          if (rows > 0) hears.expired(rows);
        })
        .catch((error: unknown) => hears.failed(messageOf(error)));
    };
    run();
    this.#endTimer = store.world.every(EVERY_MS, run);
  }

  async stop(): Promise<void> {
    this.#endTimer();
    await this.#running;
  }
}
