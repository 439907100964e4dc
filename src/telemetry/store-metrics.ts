import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

/** Rows of the outbox by state, and the age of the oldest. */
export interface OutboxSource {
  readonly due: number;
  readonly waiting: number;
  readonly leased: number;
  readonly failed: number;
  readonly oldestSeconds: number;
}

/** What an older mapping has delivered. */
export interface OlderMappingSource {
  readonly contacts: number;
  readonly skipped: number;
}

/** Gauges of the outbox. Without the store they are missing, but the other metrics are still there. */
export function outboxMetrics(outbox: () => Promise<OutboxSource>, registers: Registry[]): void {
  // The gauges of one scrape are read in one turn, so they share one query.
  let look: Promise<OutboxSource | undefined> | undefined;
  const counts = () => {
    look ??= outbox()
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
      const { oldestSeconds: _, ...states } = (await counts()) ?? {};
      rows.reset();
      for (const [state, count] of Object.entries(states)) rows.set({ state }, count);
    },
  });
  const oldest = new Gauge({
    name: 'ory_zoho_outbox_oldest_seconds',
    help: 'Age of the oldest row that waits for delivery.',
    registers,
    async collect() {
      const seconds = (await counts())?.oldestSeconds;
      if (seconds === undefined) oldest.remove();
      else oldest.set(seconds);
    },
  });
}

/** Gauge of what an older mapping has delivered. Without the store it is missing too. */
export function olderMappingMetric(
  olderMapping: () => Promise<OlderMappingSource>,
  registers: Registry[],
): void {
  const gauge = new Gauge({
    name: 'ory_zoho_older_mapping',
    help: 'Contacts made by an older mapping than the one in use, and identities left out by one: run ory-zoho backfill.',
    labelNames: ['what'],
    registers,
    async collect() {
      const counts = await olderMapping().catch(() => undefined);
      gauge.reset();
      for (const [what, count] of Object.entries(counts ?? {})) gauge.set({ what }, count);
    },
  });
}
