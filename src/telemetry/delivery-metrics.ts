import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Reporter } from '../model/report.ts';

/** Metrics of puts, settled rows and pauses. @returns a function that counts a report in them */
export function deliveryMetrics(registers: Registry[]): Reporter {
  const puts = new Counter({
    name: 'ory_zoho_puts_total',
    help: 'Snapshots put in, by result.',
    labelNames: ['event', 'result'],
    registers,
  });
  const settled = new Counter({
    name: 'ory_zoho_settled_total',
    help: 'Rows settled, by outcome and reason.',
    labelNames: ['outcome', 'reason'],
    registers,
  });
  const latency = new Histogram({
    name: 'ory_zoho_latency_seconds',
    help: 'Time from put to settled. For a webhook: from its answer to the contact.',
    labelNames: ['event'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600],
    registers,
  });
  const pauses = new Counter({
    name: 'ory_zoho_pauses_total',
    help: 'Pauses of delivery, by reason.',
    labelNames: ['reason'],
    registers,
  });
  return (one) => {
    if (one.what === 'put') puts.inc({ event: one.event, result: one.result });
    if (one.what === 'paused') pauses.inc({ reason: one.reason });
    if (one.what !== 'settled') return;
    settled.inc({ outcome: one.outcome, reason: one.reason ?? '' });
    latency.observe({ event: one.event }, one.latencyMs / 1_000);
  };
}
