import type { Logger } from 'pino';
import type { ServeConfig, ZohoConfig } from '../../config/serve-config.ts';
import { countOlderMapping } from '../../store/older-mapping.ts';
import { countOutbox } from '../../store/outbox/count.ts';
import { Delivery } from '../../sync/delivery/delivery.ts';
import { openReserve } from '../../sync/scan/open-reserve.ts';
import { StoreStanding } from '../../sync/process/store-standing.ts';
import { TurnedAway } from '../../sync/intake/turned-away.ts';
import { logReports } from '../../telemetry/log-reports.ts';
import { logStanding } from '../../telemetry/log-standing.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Parts } from '../parts/open-parts.ts';
import { Delivering } from '../parts/delivering.ts';

/** The inputs of a serve. */
export interface Started {
  readonly config: ServeConfig;
  readonly log: Logger;
  readonly linesLost: () => number;
  readonly parts: Parts;
  /** Reads the connection to Zoho again, because its refresh token may have been replaced. */
  readonly readZoho: () => Promise<ZohoConfig>;
}

/** The parts of a serve: intake, delivery and reconcile. */
export interface Serving extends Started {
  /** Whether the store takes writes. It watches the writes of the store in `parts`. */
  readonly standing: StoreStanding;
  readonly metrics: Metrics;
  readonly delivering: Delivering;
  readonly delivery: Delivery;
  /** Webhooks that were turned away; reconcile makes up for them. */
  readonly turnedAway: TurnedAway;
}

/** Builds the parts; nothing runs yet. */
export async function makeServing(started: Started): Promise<Serving> {
  const { config, log } = started;
  const standing = new StoreStanding(started.parts.store, logStanding(log));
  const parts = { ...started.parts, store: standing.store };
  const { store, mapping } = parts;
  const metrics = createMetrics({
    outbox: () => countOutbox(store),
    olderMapping: () => countOlderMapping(store, mapping.hash),
    zoho: () => delivering.zoho.stats(),
    paused: () => delivery.connection.phase !== 'open',
    readsPaused: () => delivering.readsPaused,
    logLinesLost: started.linesLost,
  });
  const write = logReports(log, () => store.world.ticks());
  const delivering = new Delivering({
    config,
    parts,
    report: (one) => {
      write(one);
      metrics.report(one);
    },
    log: {
      info: (fields, message) => log.info(fields, message),
      warn: (fields, message) => log.warn(fields, message),
    },
    reserve: await openReserve(store),
  });
  const delivery = new Delivery(delivering.context, async () =>
    delivering.reconnect(await started.readZoho()),
  );
  return { ...started, parts, standing, metrics, delivering, delivery, turnedAway: new TurnedAway() };
}
