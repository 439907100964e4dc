import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

export interface WebhookMetrics {
  /** Counts a webhook's answer. */
  answered(status: number): void;
  /** Counts a webhook without a body. */
  emptyBody(): void;
}

/** Counters of received webhooks. */
export function webhookMetrics(registers: Registry[]): WebhookMetrics {
  const webhooks = new Counter({
    name: 'ory_zoho_webhooks_total',
    help: 'Webhooks answered, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  // If a series begins with its first event, increase() and alerts do not see that event.
  for (const status of [200, 401, 503]) webhooks.inc({ status }, 0);
  const emptyBodies = new Counter({
    name: 'ory_zoho_empty_bodies_total',
    help: 'Webhooks without a body: each means that the event of some identity is lost, and a reconcile looks for it.',
    registers,
  });
  return { answered: (status) => webhooks.inc({ status }), emptyBody: () => emptyBodies.inc() };
}
