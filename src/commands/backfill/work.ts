import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin-client.ts';
import type { Joined } from '../../store/process.ts';
import { tokenCache } from '../../store/token.ts';
import { Delivery } from '../../sync/delivery.ts';
import { Heartbeat } from '../../sync/heartbeat.ts';
import { processHealth } from '../../sync/process-health.ts';
import { ReadsPause } from '../../sync/reads-pause.ts';
import type { ScanContext } from '../../sync/scan/context.ts';
import type { Reserve } from '../../sync/scan/reserve.ts';
import type { Parts } from '../open-parts.ts';
import { connectZoho } from '../zoho-connection.ts';
import { PATIENCE_MS, stopDelivery } from './stop.ts';

export interface WorkOptions {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly ory: OryAdminClient;
  readonly joined: Joined;
  readonly reserve: Reserve;
  readonly report: Reporter;
  readonly warn: (message: string) => void;
}

/** A delivery of its own, beside that of any serve, and what a scan needs to feed it. */
export interface Work {
  readonly context: ScanContext;
  /** Credits of Zoho used by this process, by our own count. */
  readonly credits: () => number;
  /** Takes less than 5 s, whatever is under way. */
  close(): Promise<void>;
}

export function beginWork({ config, parts, ory, joined, reserve, warn, ...options }: WorkOptions): Work {
  const reads = new ReadsPause();
  const report = reads.tellingOnce(options.report);
  const { store, mapping } = parts;
  const log = {
    info: () => {},
    warn: (fields: object, message: string) => warn(`${message} ${JSON.stringify(fields)}`),
  };
  const zoho = connectZoho(config.zoho, tokenCache(store), log);
  const { oryIdField } = config;
  const reserved = () => reserve.isReached(zoho.stats(), performance.now());
  const delivery = new Delivery(
    { store, zoho, ory, mapping, oryIdField, report, reserved },
    async () => undefined,
  );
  const heartbeat = new Heartbeat(store, joined, () =>
    processHealth(delivery.connection, zoho.stats(), reads.health, {
      monotonic: performance.now(),
      utc: Date.now(),
    }),
  );
  delivery.start();
  return {
    context: {
      store,
      ory,
      mappingHash: mapping.hash,
      oryIdField,
      report,
      wake: () => delivery.wake(),
      reserved,
      patienceMs: PATIENCE_MS,
    },
    credits: () => zoho.stats().creditsUsed,
    close: async () => {
      await stopDelivery(delivery);
      await heartbeat.stop();
    },
  };
}
