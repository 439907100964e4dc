import { ConfigurationError, messageOf } from '../../errors.ts';
import { serveConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Flags } from '../../config/sources.ts';
import { TakenRetry } from '../../sync/delivery/taken-retry.ts';
import { openLogger } from '../../telemetry/logger.ts';
import { listen } from '../../webhook/server.ts';
import { openParts } from '../parts/open-parts.ts';
import type { Member } from '../parts/member.ts';
import { Expiry } from './expiry.ts';
import { beatAsServe, joinAsServe } from './join-as-serve.ts';
import { otherProject } from './other-project.ts';
import { reconcileOf } from './reconcile-of.ts';
import { makeServing } from './serving.ts';
import type { Serving, Started } from './serving.ts';
import { takeWebhooks } from './webhooks.ts';
import { onStopSignals, outliveSizeLimit } from '../parts/stop-signals.ts';
import { tellOlderMapping } from './tell-older-mapping.ts';

/** `ory-zoho serve`: the webhook server, delivery and reconcile, until SIGTERM or SIGINT. */
export async function serve(flags: Flags): Promise<void> {
  const config = serveConfig(await readSettings(flags));
  const { log, linesLost } = await openLogger(config.logLevel);
  const parts = await openParts(config, (message) => log.warn(message));
  try {
    await tellOlderMapping(parts, log);
    await run({ config, log, linesLost, parts, flags });
  } finally {
    await parts.close();
  }
}

async function run(started: Started): Promise<void> {
  const { log } = started;
  const serving = await makeServing(started);
  outliveSizeLimit();
  // A signal may come as soon as it listens.
  const stopped = new Promise<string>((resolve) =>
    onStopSignals(resolve, {
      atOnce: (signal) => log.warn({ signal }, 'stopped at once; running calls stay in doubt'),
    }),
  );
  const member = await joinAsServe(started);
  beatAsServe(member, serving);
  const expiry = expiryOf(serving);
  try {
    await work(serving, member, stopped);
  } finally {
    await expiry.stop();
    // Without the store its row stays, and the old heartbeat shows that it is dead. That is not an error
    // (rule 32).
    await member
      .leave()
      .catch((error: unknown) => log.warn(`this process is still listed in the store: ${messageOf(error)}`));
  }
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

/** Receives webhooks and delivers them until a signal arrives or Ory turns out to be another project. */
async function work(serving: Serving, member: Member, stopped: Promise<string>): Promise<void> {
  const { config, log, parts, delivering, delivery } = serving;
  const { report } = delivering.context;
  const ended = new AbortController();
  try {
    const webhooks = takeWebhooks(serving);
    const server = await listen(webhooks.app, config.port, config.host);
    const reconcile = reconcileOf(serving, member.id);
    delivery.start();
    reconcile?.start();
    const takenRetry =
      parts.ory === undefined
        ? new TakenRetry(parts.store, { report, wake: () => delivery.wake() })
        : undefined;
    log.info({ port: server.port, mapping: config.mappingFile ?? 'built in' }, 'listening');

    const end = await Promise.race([
      stopped,
      otherProject(parts.ory, { report, world: parts.store.world }, ended.signal),
    ]);
    webhooks.notReady();
    server.retire();
    ended.abort();
    const refused = end instanceof ConfigurationError ? end : undefined;
    log.info(refused === undefined ? { signal: end } : { code: refused.code }, 'stopping');
    await reconcile?.stop();
    await takenRetry?.stop();
    await delivery.stop();
    await server.close();
    await webhooks.stop();
    await delivery.close();
    if (refused !== undefined) throw refused;
  } finally {
    ended.abort();
  }
}
