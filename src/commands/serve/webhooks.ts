import type { Express } from 'express';
import { EmptyBodyNotes } from '../../sync/intake/empty-bodies.ts';
import { Intake } from '../../sync/intake/intake.ts';
import { createApp } from '../../webhook/app.ts';
import type { Serving } from './serving.ts';

/** The HTTP side of a serve. */
export interface Webhooks {
  readonly app: Express;
  /** From now on this serve reports that it is not ready. */
  notReady(): void;
  /** Stops after the last webhook. */
  stop(): Promise<void>;
}

export function takeWebhooks({ config, log, parts, standing, metrics, ...serving }: Serving): Webhooks {
  const { delivering, delivery, turnedAway } = serving;
  const { store, mapping, ory } = parts;
  const { oryIdField } = config;
  const intake = new Intake({
    store,
    rules: { mappingHash: mapping.hash, adminReads: ory !== undefined, oryIdField },
    keepsSignIn: mapping.readsSignIn,
    report: delivering.context.report,
    wake: () => delivery.wake(),
  });
  const emptyBodies = new EmptyBodyNotes(store, (message) => log.error(message));
  let ready = true;
  const app = createApp({
    secrets: config.webhookSecrets,
    admit: () => {
      standing.admit();
      intake.admit();
    },
    put: (identity, event) => intake.put(identity, event),
    note: (webhook) => {
      if (webhook.came === 'to_nothing') log.warn(webhook, 'webhook had no effect');
      else log.debug(webhook, 'webhook');
    },
    emptyBody: () => {
      metrics.emptyBody();
      emptyBodies.note();
    },
    health: {
      ready: async () => ready && (await standing.isReady()),
      connection: () => {
        const state = delivery.connection;
        return state.phase === 'open' ? 'ok' : `${state.phase}: ${state.reason}`;
      },
      store: () => standing.health?.code ?? 'ok',
    },
    metrics: {
      ...metrics,
      answered: (status) => {
        metrics.answered(status);
        if (status === 503) turnedAway.note(store.world.ticks());
      },
    },
    metricsToken: config.metricsToken,
    logError: (failure, message) => log.error(failure, message),
  });
  return {
    app,
    notReady: () => (ready = false),
    stop: () => emptyBodies.stop(),
  };
}
