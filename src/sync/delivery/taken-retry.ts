import { messageOf } from '../../errors.ts';
import type { Cancel } from '../../model/world.ts';
import type { Reporter } from '../../model/report.ts';
import type { Store } from '../../store/open.ts';
import { retryTaken } from '../../store/outbox/wake.ts';

const EVERY_MS = 24 * 60 * 60 * 1_000;

/**
 * Without the admin API there is no reconcile. So rows that failed as `email_taken` are tried again at the
 * start and once a day: a salesperson may have freed the email (rule 21).
 */
export class TakenRetry {
  readonly #cancel: Cancel;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, { report, wake }: { report: Reporter; wake: () => void }) {
    const run = () => {
      this.#running = retryTaken(store)
        .then((rows) => {
          if (rows > 0) wake();
        })
        .catch((error: unknown) => report({ what: 'round_failed', message: messageOf(error) }));
    };
    run();
    this.#cancel = store.world.every(EVERY_MS, run);
  }

  async stop(): Promise<void> {
    this.#cancel();
    await this.#running;
  }
}
