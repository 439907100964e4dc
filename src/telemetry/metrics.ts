import { Counter, Registry } from 'prom-client';
import type { Reporter } from '../model/report.ts';
import { deliveryMetrics } from './delivery-metrics.ts';
import { lostLinesMetric } from './lost-lines-metric.ts';
import { pauseMetrics } from './pause-metrics.ts';
import type { PauseSource } from './pause-metrics.ts';
import { scanMetrics } from './scan-metrics.ts';
import { olderMappingMetric, outboxMetrics } from './store-metrics.ts';
import type { OlderMappingSource, OutboxSource } from './store-metrics.ts';
import { webhookMetrics } from './webhook-metrics.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';
import { zohoMetrics } from './zoho-metrics.ts';
import type { ZohoSource } from './zoho-metrics.ts';

/** The sources of the gauges when they are read. */
export interface MetricSources extends PauseSource {
  outbox(): Promise<OutboxSource>;
  olderMapping(): Promise<OlderMappingSource>;
  zoho(): ZohoSource;
  /** Log lines that could not be written. */
  logLinesLost(): number;
}

export interface Metrics extends WebhookMetrics {
  readonly report: Reporter;
  /** Counts failed rows that were dropped for their age. */
  expired(rows: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** All metrics of one `serve`, for `/metrics`. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const webhooks = webhookMetrics(registers);
  const reporters = [deliveryMetrics(registers), scanMetrics(registers)];
  const expired = new Counter({
    name: 'ory_zoho_expired_total',
    help: 'Failed rows dropped after 90 days.',
    registers,
  });
  outboxMetrics(() => sources.outbox(), registers);
  olderMappingMetric(() => sources.olderMapping(), registers);
  pauseMetrics(sources, registers);
  zohoMetrics(() => sources.zoho(), registers);
  lostLinesMetric(() => sources.logLinesLost(), registers);
  return {
    ...webhooks,
    report: (one) => reporters.forEach((count) => count(one)),
    expired: (rows) => expired.inc(rows),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
