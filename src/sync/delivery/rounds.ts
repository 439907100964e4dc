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

/** The rounds under way, each with its lease. */
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

  /** Rows of these identities failed with a whole batch: a probe takes others first. */
  get suspects(): readonly string[] {
    return this.#suspects.identityIds;
  }

  /**
   * Delivers what was claimed.
   * @param zoho used for the whole round, whatever credentials come meanwhile
   * @returns ends with the round, and never fails
   */
  launch(claimed: Claim, fields: FieldList, zoho: ZohoClient): Promise<void> {
    const round = this.#deliver(claimed, fields, zoho).finally(() => this.#underWay.delete(round));
    this.#underWay.add(round);
    return round;
  }

  /** Waits for the rounds under way, and cuts their calls after `withinMs`; the marks of those stay in doubt (rule 32). */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    const timer = setTimeout(() => this.#leases.abortAll(), withinMs);
    await Promise.all(this.#underWay);
    clearTimeout(timer);
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
          fieldsOutdated: () => this.#fieldLists.outdated(performance.now()),
          hash: fieldHashes(store.hmac, mapping.hash, fields),
          connection: this.#connection,
          suspects: this.#suspects,
          rules: decideRules(this.#context, fields, this.#fieldLists.isBuiltIn),
        },
        claimed,
      );
    } catch (error) {
      // The rows stay leased until their lease runs out, and are claimed again then.
      if (!signal.aborted) report({ what: 'round_failed', message: messageOf(error) });
      this.#leases.cut(token);
    } finally {
      this.#leases.drop(token);
    }
    if (this.#stopping && signal.aborted) await this.#releaseCut(token);
  }

  /** The rows of a call that was cut wait until their lease runs out; a stop gives them back at once. */
  async #releaseCut(token: string): Promise<void> {
    const { store, report } = this.#context;
    try {
      await releaseAll(store, [token]);
    } catch (error) {
      report({ what: 'round_failed', message: messageOf(error) });
    }
  }
}
