import { isAnnounced } from '../../model/event.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { confirmOryProject, isOryConfirmed } from '../../store/ory-project.ts';
import type { Store } from '../../store/open.ts';
import type { OutboxRow } from '../../store/outbox/row.ts';

const AT_MOST = 20;
const AGAIN_AFTER_MS = 60_000;

/**
 * Lets the admin URL prove itself while the announced identities still exist. It takes one read beside the
 * first delivery. Later, when an identity seems to be gone, it may have been the only one.
 */
export class ProjectProof {
  readonly #store: Store;
  readonly #ory: OryAdminClient | undefined;
  readonly #signal: AbortSignal;
  #asking: Promise<void> | undefined;
  #proved = false;
  #notBefore = 0;

  /** @param signal ends a read under way */
  constructor({ store, ory }: { store: Store; ory: OryAdminClient | undefined }, signal: AbortSignal) {
    this.#store = store;
    this.#ory = ory;
    this.#signal = signal;
  }

  /** These rows are about to be delivered. Their delivery does not wait for the answer. */
  consider(rows: readonly OutboxRow[]): void {
    if (this.#ory === undefined || this.#proved || this.#asking !== undefined) return;
    if (this.#store.world.ticks() < this.#notBefore) return;
    const ids = rows.filter(isAnnounced).map(({ identityId }) => identityId);
    if (ids.length === 0) return;
    this.#notBefore = this.#store.world.ticks() + AGAIN_AFTER_MS;
    this.#asking = this.#ask(this.#ory, ids.slice(0, AT_MOST))
      // No row waits for this read. Its error is reported where a row does, and it is tried again.
      .catch(() => {})
      .finally(() => (this.#asking = undefined));
  }

  async #ask(ory: OryAdminClient, ids: readonly string[]): Promise<void> {
    this.#proved = await isOryConfirmed(this.#store);
    if (this.#proved) return;
    const { found } = await ory.readByIds(ids, this.#signal);
    this.#proved = await confirmOryProject(this.#store, [...found.keys()]);
  }

  /** Resolves when no read is under way any more. */
  async ended(): Promise<void> {
    await this.#asking;
  }
}
