import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledMapping } from '../../src/mapping/compile.ts';
import type { Report } from '../../src/model/report.ts';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import type { OryAdminClient } from '../../src/ory/admin/admin-client.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import type { Database } from '../../src/store/engine/sql.ts';
import { tokenCache } from '../../src/store/token.ts';
import { Delivery } from '../../src/sync/delivery/delivery.ts';
import { Intake } from '../../src/sync/intake/intake.ts';
import { createZohoClient } from '../../src/zoho/client.ts';
import type { ZohoClient } from '../../src/zoho/client.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';

export interface WorkerOptions {
  readonly sandbox: Sandbox;
  readonly databaseUrl: string;
  readonly mapping: CompiledMapping;
  readonly oryIdField: string | null;
  readonly report: (report: Report) => void;
}

export type Settled = Extract<Report, { what: 'settled' }>;

/** The parts of serve, in this process: connections to the store, Zoho and Ory, intake and delivery. */
export class Worker {
  readonly intake: Intake;
  readonly store: Store;
  readonly #ory: OryAdminClient;
  readonly #options: WorkerOptions;
  readonly #zoho: ZohoClient;
  readonly #lifeLine: LifeLine;

  private constructor(options: WorkerOptions, store: Store, lifeLine: LifeLine) {
    const { sandbox, mapping } = options;
    this.#options = options;
    this.#lifeLine = lifeLine;
    this.store = store;
    this.#ory = createOryAdminClient({ adminUrl: sandbox.ory.adminUrl, apiKey: sandbox.ory.apiKey });
    const { accountsUrl, clientId, clientSecret, refreshToken } = sandbox.zoho;
    this.#zoho = createZohoClient({
      hosts: resolveHosts({ apiBaseUrl: sandbox.zoho.apiBaseUrl(), accountsUrl }),
      clientId,
      clientSecret,
      refreshToken,
      tokenCache: tokenCache(store),
    });
    const rules = { mappingHash: mapping.hash, adminReads: true };
    this.intake = new Intake({
      store,
      rules,
      keepsSignIn: mapping.readsSignIn,
      report: options.report,
      wake: () => {},
    });
  }

  static async open(options: WorkerOptions): Promise<Worker> {
    const lifeLine = { cut: false, calls: 0 };
    return new Worker(options, onLifeLine(await openStore(options.databaseUrl), lifeLine), lifeLine);
  }

  /** Starts a delivery that claims from now on. Each one is new, so an earlier pause does not count. */
  startDelivery(): Delivery {
    const { mapping, oryIdField, report } = this.#options;
    const context = { store: this.store, zoho: this.#zoho, ory: this.#ory, mapping, oryIdField, report };
    const delivery = new Delivery(context, async () => undefined);
    delivery.start();
    return delivery;
  }

  /** How many calls it has made to its store. */
  get calls(): number {
    return this.#lifeLine.calls;
  }

  /** From now on it does nothing to the store, like a killed process. */
  die(): void {
    this.#lifeLine.cut = true;
  }

  async close(): Promise<void> {
    await this.#zoho.close();
    await this.#ory.close();
    await this.store.close();
  }
}

interface LifeLine {
  cut: boolean;
  calls: number;
}

function onLifeLine(store: Store, lifeLine: LifeLine): Store {
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (lifeLine.cut) throw new Error('killed');
    lifeLine.calls += 1;
    return work();
  };
  const database: Database = {
    ...store.database,
    engine: store.database.engine,
    can: store.database.can,
    write: (work) => alive(() => store.database.write(work)),
    read: (work) => alive(() => store.database.read(work)),
    close: () => store.database.close(),
  };
  return { ...store, database };
}

/** Resolves when the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(3);
}
