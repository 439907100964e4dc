import type { CallFailure } from '../../model/zoho-answer.ts';
import { bindOrg } from '../../store/binding.ts';
import type { Store } from '../../store/open.ts';
import type { ZohoClient } from '../../zoho/client.ts';

/**
 * Holds the store to the Zoho organisation of its first delivery: the links in it mean nothing in another. Asked once a
 * client, before anything is delivered; without ZohoCRM.org.READ the accounts host and client id must do.
 */
export class OrgBinding {
  readonly #store: Store;
  #checked: ZohoClient | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @returns why nothing may be delivered; undefined: all is well */
  async check(zoho: ZohoClient, signal: AbortSignal): Promise<CallFailure | undefined> {
    if (this.#checked === zoho) return undefined;
    const answer = await zoho.org(signal);
    if (answer.kind !== 'org' && answer.kind !== 'no_scope') return answer;
    if (answer.kind === 'org') {
      const { zgid, environment = 'production', name } = answer.org;
      const bound = await bindOrg(this.#store, `${zgid} ${environment}`);
      if (bound !== undefined) {
        const message =
          `These credentials reach the Zoho organisation ${zgid} (${environment}, ${name}), ` +
          `and this store belongs to ${bound}.`;
        return { kind: 'not_done', pause: 'wrong_org', message };
      }
    }
    this.#checked = zoho;
    return undefined;
  }
}
