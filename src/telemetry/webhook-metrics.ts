import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

export interface WebhookMetrics {
  /** Counts a webhook's answer. */
  answered(status: number): void;
  /** Counts a webhook without a body. */
  emptyBody(): void;
}

/** Counters of the webhooks that came. */
export function webhookMetrics(registers: Registry[]): WebhookMetrics {
  const webhooks = new Counter({
    name: 'ory_zoho_webhooks_total',
    help: 'Webhooks answered, by HTTP status.',
    labelNames: ['status'],
    registers,
  });
  // A series that begins with its first event hides that event from increase(), and from alerts.
  for (const status of [200, 401, 503]) webhooks.inc({ status }, 0);
  const emptyBodies = new Counter({
    name: 'ory_zoho_empty_bodies_total',
    help: 'Webhooks without a body: each says that the event of some identity is lost, and a reconcile looks for it.',
    registers,
  });
  return { answered: (status) => webhooks.inc({ status }), emptyBody: () => emptyBodies.inc() };
}
