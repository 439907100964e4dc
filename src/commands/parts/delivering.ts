import type { DeliveryConfig, ZohoConfig } from '../../config/serve-config.ts';
import type { Reporter } from '../../model/report.ts';
import type { IntakeHealth, ProcessHealth } from '../../store/live-processes.ts';
import { tokenCache } from '../../store/token.ts';
import type { ConnectionState } from '../../sync/pace/connection.ts';
import type { DeliveryContext } from '../../sync/round/work/round-context.ts';
import { processHealth } from '../../sync/process/process-health.ts';
import { ReadsPause } from '../../sync/ory-project/reads-pause.ts';
import type { Reserve } from '../../sync/scan/reserve.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import type { ZohoLog } from '../../zoho/zoho-log.ts';
import type { Parts } from './open-parts.ts';
import { connectZoho } from './zoho-connection.ts';

export interface DeliveringOptions {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly report: Reporter;
  readonly log: ZohoLog;
  /** The credits that scans must leave to webhooks; needed if rows of scans may be delivered (rule 29). */
  readonly reserve?: Reserve;
}

/** What a process needs for delivery: its connection to Zoho, its reports, and the health of both. */
export class Delivering {
  readonly context: DeliveryContext & { readonly reserved: () => boolean };
  readonly #log: ZohoLog;
  readonly #reads: ReadsPause;
  #zoho: ZohoClient;
  #refreshToken: string;

  constructor({ config, parts, report, log, reserve }: DeliveringOptions) {
    const { store, mapping, ory } = parts;
    this.#log = log;
    this.#reads = new ReadsPause(() => store.world.now());
    this.#zoho = connectZoho(config.zoho, tokenCache(store), { world: store.world, log });
    this.#refreshToken = config.zoho.refreshToken;
    this.context = {
      store,
      mapping,
      ory,
      zoho: this.#zoho,
      oryIdField: config.oryIdField,
      report: this.#reads.tellingOnce(report),
      reserved: () => reserve?.isReached(this.#zoho.stats(), store.world.ticks()) ?? false,
    };
  }

  /** The newest client. */
  get zoho(): ZohoClient {
    return this.#zoho;
  }

  /** Whether reads from Ory wait. */
  get readsPaused(): boolean {
    return this.#reads.health !== null;
  }

  /** Connects again if the refresh token has changed. */
  reconnect(config: ZohoConfig): ZohoClient | undefined {
    if (config.refreshToken === this.#refreshToken) return undefined;
    this.#refreshToken = config.refreshToken;
    const { store } = this.context;
    this.#zoho = connectZoho(config, tokenCache(store), { world: store.world, log: this.#log });
    return this.#zoho;
  }

  /** The health that the heartbeat writes.
   * @param intake whether webhooks can be stored; null if this process receives none
   */
  health(connection: ConnectionState, intake: IntakeHealth | null = null): ProcessHealth {
    const { world } = this.context.store;
    const now = { monotonic: world.ticks(), utc: world.now() };
    return processHealth(connection, this.#zoho.stats(), this.#reads.health, now, intake);
  }
}
