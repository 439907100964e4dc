import type { Express } from 'express';
import { messageOf } from '../../errors.ts';
import type { ConfigurationError } from '../../errors.ts';
import { TakenRetry } from '../../sync/delivery/taken-retry.ts';
import { Expiry } from './expiry.ts';
import { beatAsServe, joinAsServe } from './join-as-serve.ts';
import { otherProject } from './other-project.ts';
import { reconcileOf } from './reconcile-of.ts';
import { makeServing } from './serving.ts';
import type { Serving, Started } from './serving.ts';
import { takeWebhooks } from './webhooks.ts';

/** A serve without its port and its signals. */
export interface RunningServe {
  readonly app: Express;
  /** Resolves if Ory turns out to be another project than the store's. */
  readonly otherProject: Promise<ConfigurationError>;
  /** Starts delivery and reconcile. */
  begin(): void;
  /** From now on this serve reports that it is not ready. */
  notReady(): void;
  /**
   * Ends delivery and reconcile, in the order that loses nothing.
   * @param closeServer called between the last delivery and the last webhook
   */
  stop(closeServer: () => Promise<void>): Promise<void>;
  /** Takes this process off the list in the store. */
  leave(): Promise<void>;
}

/** Joins the processes of the store and builds everything. Delivery starts with `begin`. */
export async function startServe(started: Started): Promise<RunningServe> {
  const serving = await makeServing(started);
  const member = await joinAsServe(started);
  beatAsServe(member, serving);
  const { delivering, delivery, parts, log } = serving;
  const { report } = delivering.context;
  const expiry = expiryOf(serving);
  const ended = new AbortController();
  const webhooks = takeWebhooks(serving);
  const reconcile = reconcileOf(serving, member.id);
  let takenRetry: TakenRetry | undefined;
  return {
    app: webhooks.app,
    otherProject: otherProject(parts.ory, { report, world: parts.store.world }, ended.signal),
    begin() {
      delivery.start();
      reconcile?.start();
      if (parts.ory === undefined)
        takenRetry = new TakenRetry(parts.store, { report, wake: () => delivery.wake() });
    },
    notReady() {
      webhooks.notReady();
      ended.abort();
    },
    async stop(closeServer) {
      await reconcile?.stop();
      await takenRetry?.stop();
      await delivery.stop();
      await closeServer();
      await webhooks.stop();
      await delivery.close();
    },
    async leave() {
      ended.abort();
      await expiry.stop();
      // Without the store its row stays, and the old heartbeat shows that it is dead. That is not an error
      // (rule 32).
      await member
        .leave()
        .catch((error: unknown) =>
          log.warn(`this process is still listed in the store: ${messageOf(error)}`),
        );
    },
  };
}

function expiryOf({ parts, log, metrics }: Serving): Expiry {
  return new Expiry(parts.store, {
    expired: (rows) => {
      log.warn({ rows }, 'dropped rows that failed over 90 days ago');
      metrics.expired(rows);
    },
    failed: (message) => log.warn(`rows that failed over 90 days ago were not dropped: ${message}`),
  });
}
