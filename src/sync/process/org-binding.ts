import type { CallFailure } from '../../model/zoho-answer.ts';
import { bindOrg } from '../../store/binding.ts';
import type { Store } from '../../store/open.ts';
import type { ZohoClient } from '../../zoho/client.ts';

/**
 * Binds the store to the Zoho organization of its first delivery, because its links mean nothing in another
 * one. It is checked once per client, before anything is delivered. Without ZohoCRM.org.READ, the accounts
 * host and the client id are used instead.
 */
export class OrgBinding {
  readonly #store: Store;
  #checked: ZohoClient | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @returns why nothing may be delivered; undefined if all is well */
  async check(zoho: ZohoClient, signal: AbortSignal): Promise<CallFailure | undefined> {
    if (this.#checked === zoho) return undefined;
    const answer = await zoho.org(signal);
    if (answer.kind !== 'org' && answer.kind !== 'no_scope') return answer;
    if (answer.kind === 'org') {
      const { zgid, environment = 'production', name } = answer.org;
      const bound = await bindOrg(this.#store, `${zgid} ${environment}`);
      if (bound !== undefined) {
        const message =
          `These credentials reach the Zoho organization ${zgid} (${environment}, ${name}), ` +
          `but this store belongs to ${bound}.`;
        return { kind: 'not_done', pause: 'wrong_org', message };
      }
    }
    this.#checked = zoho;
    return undefined;
  }
}
