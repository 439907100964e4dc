import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report, Reporter } from '../model/report.ts';
import { lostLinesMetric } from './lost-lines-metric.ts';
import { zohoMetrics } from './zoho-metrics.ts';
import type { ZohoSource } from './zoho-metrics.ts';

interface Counts {
  readonly due: number;
  readonly waiting: number;
  readonly leased: number;
  readonly failed: number;
  readonly oldest_seconds: number;
}

/** What the gauges ask for when they are read. */
export interface MetricSources {
  /** Rows of the outbox by state, and the age of the oldest. */
  outbox(): Promise<Counts>;
  /** What an older mapping than the one in use has decided. */
  olderMapping(): Promise<{ readonly contacts: number; readonly skipped: number }>;
  zoho(): ZohoSource;
  paused(): boolean;
  /** Whether reads from Ory wait. */
  readsPaused(): boolean;
  /** Log lines that could not be written. */
  logLinesLost(): number;
}

export interface Metrics {
  readonly report: Reporter;
  /** Counts a webhook's answer. */
  answered(status: number): void;
  /** Counts a webhook without a body. */
  emptyBody(): void;
  /** Counts failed rows that were dropped for their age. */
  expired(rows: number): void;
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const webhooks = new Counter({
    name: 'ory_zoho_webhooks_total',
    help: 'Webhooks answered, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  // A series that begins with its first event hides that event from increase(), and from alerts.
  for (const status of [200, 401, 503]) webhooks.inc({ status }, 0);
  const puts = new Counter({
    name: 'ory_zoho_puts_total',
    help: 'Snapshots put in, by what became of them.',
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
    help: 'From put to settled: of a webhook, from its answer to the contact.',
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
  const emptyBodies = new Counter({
    name: 'ory_zoho_empty_bodies_total',
    help: 'Webhooks without a body: each says that the event of some identity is lost, and a reconcile looks for it.',
    registers,
  });
  const expired = new Counter({
    name: 'ory_zoho_expired_total',
    help: 'Failed rows dropped after 90 days.',
    registers,
  });
  addGauges(sources, registers);
  addOlderMapping(sources, registers);
  zohoMetrics(() => sources.zoho(), registers);
  lostLinesMetric(() => sources.logLinesLost(), registers);
  const scans = scanMetrics(registers);

  const report = (one: Report) => {
    scans(one);
    if (one.what === 'put') puts.inc({ event: one.event, result: one.result });
    if (one.what === 'paused') pauses.inc({ reason: one.reason });
    if (one.what !== 'settled') return;
    settled.inc({ outcome: one.outcome, reason: one.reason ?? '' });
    latency.observe({ event: one.event }, one.latencyMs / 1_000);
  };
  return {
    report,
    answered: (status) => webhooks.inc({ status }),
    emptyBody: () => emptyBodies.inc(),
    expired: (rows) => expired.inc(rows),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function scanMetrics(registers: Registry[]): Reporter {
  const scans = new Counter({
    name: 'ory_zoho_scans_total',
    help: 'Scans begun, gone on with, done, and stopped before their end.',
    labelNames: ['scan', 'state'],
    registers,
  });
  scans.inc({ scan: 'reconcile', state: 'stopped' }, 0);
  const scanned = new Counter({
    name: 'ory_zoho_scanned_identities_total',
    help: 'Identities read by scans, by whether something may be to be delivered.',
    labelNames: ['scan', 'found'],
    registers,
  });
  const doneAt = new Gauge({
    name: 'ory_zoho_scan_done_timestamp_seconds',
    help: 'When a scan last came to its end, since this process started.',
    labelNames: ['scan'],
    registers,
  });
  const gone = new Gauge({
    name: 'ory_zoho_gone_identities',
    help: 'Linked identities gone from Ory that the last reconcile left to a person: run ory-zoho backfill --prune.',
    registers,
  });
  return (one) => {
    if (one.what === 'scan_began') {
      scans.inc({ scan: one.scan, state: one.resumed ? 'resumed' : 'begun' });
      gone.set(0);
    }
    if (one.what === 'scan_page') {
      scanned.inc({ scan: one.scan, found: 'changed' }, one.puts);
      scanned.inc({ scan: one.scan, found: 'unchanged' }, one.identities - one.puts);
    }
    if (one.what === 'scan_done') {
      scans.inc({ scan: one.scan, state: 'done' });
      doneAt.setToCurrentTime({ scan: one.scan });
    }
    if (one.what === 'scan_stopped') scans.inc({ scan: one.scan, state: 'stopped' });
    if (one.what === 'absent' && one.left) gone.set(one.gone);
  };
}

function addOlderMapping(sources: MetricSources, registers: Registry[]): void {
  const gauge = new Gauge({
    name: 'ory_zoho_older_mapping',
    help: 'Contacts made by an older mapping than the one in use, and identities left out by one: run ory-zoho backfill.',
    labelNames: ['what'],
    registers,
    async collect() {
      // Without the store it is missing, as the outbox's are.
      const counts = await sources.olderMapping().catch(() => undefined);
      gauge.reset();
      for (const [what, count] of Object.entries(counts ?? {})) gauge.set({ what }, count);
    },
  });
}

function addGauges(sources: MetricSources, registers: Registry[]): void {
  // The gauges of one scrape are asked in one turn: they share a look at the store.
  let look: Promise<Counts | undefined> | undefined;
  const counts = () => {
    // Without the store these are missing; the others are needed all the more.
    look ??= sources
      .outbox()
      .catch(() => undefined)
      .finally(() => (look = undefined));
    return look;
  };
  const rows = new Gauge({
    name: 'ory_zoho_outbox_rows',
    help: 'Rows in the outbox, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { oldest_seconds: _, ...states } = (await counts()) ?? {};
      rows.reset();
      for (const [state, count] of Object.entries(states)) rows.set({ state }, count);
    },
  });
  const oldest = new Gauge({
    name: 'ory_zoho_outbox_oldest_seconds',
    help: 'Age of the oldest row that waits for delivery.',
    registers,
    async collect() {
      const seconds = (await counts())?.oldest_seconds;
      if (seconds === undefined) oldest.remove();
      else oldest.set(seconds);
    },
  });
  const paused = new Gauge({
    name: 'ory_zoho_paused',
    help: '1 while delivery is paused.',
    registers,
    collect() {
      paused.set(sources.paused() ? 1 : 0);
    },
  });
  const reads = new Gauge({
    name: 'ory_zoho_reads_paused',
    help: '1 while reads from Ory are paused; deliveries that need none go on.',
    registers,
    collect() {
      reads.set(sources.readsPaused() ? 1 : 0);
    },
  });
}
