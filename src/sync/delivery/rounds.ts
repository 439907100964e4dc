import { messageOf } from '../../errors.ts';
import type { FieldList } from '../../model/contact.ts';
import type { Claim } from '../../store/outbox/claim.ts';
import { releaseAll } from '../../store/outbox/release.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import { fieldHashes } from '../decide/changed-fields.ts';
import type { Connection } from '../pace/connection.ts';
import type { DeliveryContext } from '../round/work/round-context.ts';
import { decideRules } from '../decide/decide-rules.ts';
import type { FieldLists } from '../field-list.ts';
import { Leases } from './leases.ts';
import { Suspects } from '../pace/suspects.ts';
import { deliver } from '../round/round.ts';

/** The running rounds, each with its lease. */
export class Rounds {
  readonly #context: Omit<DeliveryContext, 'zoho'>;
  readonly #connection: Connection;
  readonly #fieldLists: FieldLists;
  readonly #suspects = new Suspects();
  readonly #leases: Leases;
  readonly #underWay = new Set<Promise<void>>();
  #stopping = false;

  constructor(
    context: Omit<DeliveryContext, 'zoho'>,
    { connection, fieldLists }: { readonly connection: Connection; readonly fieldLists: FieldLists },
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#fieldLists = fieldLists;
    this.#leases = new Leases(context.store);
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Identities whose rows failed with a whole batch. A probe prefers others. */
  get suspects(): readonly string[] {
    return this.#suspects.identityIds;
  }

  /**
   * Delivers the claimed rows.
   * @param zoho used for the whole round, even if new credentials arrive meanwhile
   * @returns a promise that resolves when the round ends, and never rejects
   */
  launch(claimed: Claim, fields: FieldList, zoho: ZohoClient): Promise<void> {
    const round = this.#deliver(claimed, fields, zoho).finally(() => this.#underWay.delete(round));
    this.#underWay.add(round);
    return round;
  }

  /**
   * Waits for the running rounds, and cuts their calls after `withinMs`. The marks of those calls stay in
   * doubt (rule 32).
   */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    const cancel = this.#context.store.world.after(withinMs, () => this.#leases.abortAll());
    await Promise.all(this.#underWay);
    cancel();
  }

  async #deliver(claimed: Claim, fields: FieldList, zoho: ZohoClient): Promise<void> {
    const { token } = claimed;
    const { mapping, store, report } = this.#context;
    const signal = this.#leases.keep(token);
    try {
      await deliver(
        {
          ...this.#context,
          zoho,
          token,
          signal,
          fields,
          fieldsOutdated: () => this.#fieldLists.outdated(this.#context.store.world.ticks()),
          hash: fieldHashes(store.hmac, mapping.hash, fields),
          connection: this.#connection,
          suspects: this.#suspects,
          rules: decideRules(this.#context, fields, this.#fieldLists.isBuiltIn),
        },
        claimed,
      );
    } catch (error) {
      // The rows stay leased until their lease runs out. Then they are claimed again.
      if (!signal.aborted) report({ what: 'round_failed', message: messageOf(error) });
      this.#leases.cut(token);
    } finally {
      this.#leases.drop(token);
    }
    if (this.#stopping && signal.aborted) await this.#releaseCut(token);
  }

  /**
   * The rows of a call that was cut wait until their lease runs out. During a stop they are released at once.
   */
  async #releaseCut(token: string): Promise<void> {
    const { store, report } = this.#context;
    try {
      await releaseAll(store, [token]);
    } catch (error) {
      report({ what: 'round_failed', message: messageOf(error) });
    }
  }
}
