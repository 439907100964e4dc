import type { DeliveryConfig } from '../../config/serve-config.ts';
import type { Reporter } from '../../model/report.ts';
import type { OryAdminClient } from '../../ory/admin/admin-client.ts';
import { Delivery } from '../../sync/delivery/delivery.ts';
import type { ScanContext } from '../../sync/scan/scan-context.ts';
import { openReserve } from '../../sync/scan/open-reserve.ts';
import type { Parts } from '../parts/open-parts.ts';
import { Delivering } from '../parts/delivering.ts';
import type { Member } from '../parts/member.ts';
import { PATIENCE_MS, stopDelivery } from './stop-backfill.ts';

export interface ScanDeliveryOptions {
  readonly config: DeliveryConfig;
  readonly parts: Parts;
  readonly ory: OryAdminClient;
  readonly member: Member;
  readonly report: Reporter;
  readonly warn: (message: string) => void;
}

/** The delivery of this process, which runs beside any serve, and what a scan needs to feed it. */
export interface ScanDelivery {
  readonly context: ScanContext;
  /** Zoho credits that this process has used, by our own count. */
  readonly credits: () => number;
  /** Takes less than 5 s, whatever is running. */
  close(): Promise<void>;
}

export async function beginScanDelivery({
  config,
  parts,
  ory,
  member,
  report,
  warn,
}: ScanDeliveryOptions): Promise<ScanDelivery> {
  const { store, mapping } = parts;
  const log = {
    info: () => {},
    warn: (fields: object, message: string) => warn(`${message} ${JSON.stringify(fields)}`),
  };
  const delivering = new Delivering({ config, parts, report, log, reserve: await openReserve(store) });
  const delivery = new Delivery(delivering.context, async () => undefined);
  member.beat(store, () => delivering.health(delivery.connection));
  delivery.start();
  return {
    context: {
      store,
      ory,
      mappingHash: mapping.hash,
      oryIdField: config.oryIdField,
      report: delivering.context.report,
      wake: () => delivery.wake(),
      reserved: delivering.context.reserved,
      patienceMs: PATIENCE_MS,
    },
    credits: () => delivering.zoho.stats().creditsUsed,
    close: () => stopDelivery(delivery),
  };
}
