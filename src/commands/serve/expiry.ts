import { messageOf } from '../../errors.ts';
import type { Store } from '../../store/open.ts';
import { expireFailed } from '../../store/outbox/failed/failed-discard.ts';

const EVERY_MS = 60 * 60 * 1_000;

/** Once an hour, and at the start, drops what failed too long ago: personal data is not kept for ever. */
export class Expiry {
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  /** @param expired hears how many rows were dropped, when there were any; `failed`: the store did not take it */
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
    this.#timer = setInterval(run, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
