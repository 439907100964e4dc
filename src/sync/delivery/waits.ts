import { messageOf } from '../../errors.ts';
import { WAITS_FOR_LOOK_UP } from '../../model/look-up-wait.ts';
import type { Reporter } from '../../model/report.ts';
import { restartWaits } from '../../store/key/summon.ts';
import type { Store } from '../../store/open.ts';
import { wakeAside } from '../../store/outbox/put-aside.ts';
import type { ZohoInUse } from './zoho-in-use.ts';

/** Rows that wait for more than their due time: for a scope, or for another row. */
export class Waits {
  readonly #store: Store;
  readonly #report: Reporter;
  /** Newcomers wait for a look-up. It may be allowed by now. */
  #lacksScope = false;

  constructor(store: Store, report: Reporter) {
    this.#store = store;
    this.#report = report;
  }

  noteLackOfScope(): void {
    this.#lacksScope = true;
  }

  /** If a scope is missing, new credentials may have it. */
  async lookForScope(zoho: Pick<ZohoInUse, 'takeNewCredentials'>): Promise<void> {
    if (!this.#lacksScope) return;
    this.#lacksScope = false;
    if (await zoho.takeNewCredentials()) await this.lookAgain();
  }

  /** The mapping or the connection may have changed, so rows that wait for a lookup are tried again. */
  lookAgain(): Promise<void> {
    return this.#try(async () => {
      for (const reason of WAITS_FOR_LOOK_UP) await wakeAside(this.#store, reason);
    });
  }

  /**
   * Rule 21: no row could settle during an outage, so the time that rows waited for each other does not
   * count.
   */
  restart(): Promise<void> {
    return this.#try(() => restartWaits(this.#store));
  }

  async #try(change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      this.#report({ what: 'round_failed', message: messageOf(error) });
    }
  }
}
