import type { ZohoClient } from '../../zoho/client.ts';

/** The Zoho client in use. A person may connect again while delivery runs. */
export class ZohoInUse {
  readonly #reconnect: () => Promise<ZohoClient | undefined>;
  #client: ZohoClient;
  #usedBefore = 0;

  /** @param reconnect returns a client with new credentials, if there are any */
  constructor(client: ZohoClient, reconnect: () => Promise<ZohoClient | undefined>) {
    this.#client = client;
    this.#reconnect = reconnect;
  }

  get client(): ZohoClient {
    return this.#client;
  }

  /** The credits that this client and those before it have used. */
  get creditsUsed(): number {
    return this.#usedBefore + this.#client.stats().creditsUsed;
  }

  /** @returns whether there were any */
  async takeNewCredentials(): Promise<boolean> {
    const fresh = await this.#reconnect();
    if (fresh === undefined) return false;
    this.#usedBefore = this.creditsUsed;
    await this.#client.close();
    this.#client = fresh;
    return true;
  }
}
