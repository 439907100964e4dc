import type { Logger } from 'pino';
import { ConfigurationError, messageOf } from '../errors.ts';
import { serveConfig } from '../config/serve-config.ts';
import type { ServeConfig } from '../config/serve-config.ts';
import { readSettings } from '../config/sources.ts';
import type { Flags } from '../config/sources.ts';
import type { Report } from '../model/report.ts';
import { leaveStore } from '../store/process.ts';
import { countOutbox } from '../store/outbox/count.ts';
import { countOlderMapping } from '../store/older-mapping.ts';
import { tokenCache } from '../store/token.ts';
import { Delivery } from '../sync/delivery.ts';
import { EmptyBodyNotes } from '../sync/empty-bodies.ts';
import { Heartbeat } from '../sync/heartbeat.ts';
import { Intake } from '../sync/intake.ts';
import { processHealth } from '../sync/process-health.ts';
import { ReadsPause } from '../sync/reads-pause.ts';
import { StoreStanding } from '../sync/store-standing.ts';
import { TurnedAway } from '../sync/turned-away.ts';
import { TakenRetry } from '../sync/taken-retry.ts';
import { openReserve } from '../sync/scan/open-reserve.ts';
import { logReports } from '../telemetry/log-reports.ts';
import { logStanding } from '../telemetry/log-standing.ts';
import { openLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createApp } from '../webhook/app.ts';
import { listen } from '../webhook/server.ts';
import { Expiry } from './failed/expiry.ts';
import { openParts } from './open-parts.ts';
import type { Parts } from './open-parts.ts';
import { tellOlderMapping } from './tell-older-mapping.ts';
import { joinAsServe, logClock } from './serve/join.ts';
import { onStopSignals } from './stop-signals.ts';
import { otherProject } from './serve/other-project.ts';
import { reconcileOf } from './serve/reconcile-of.ts';
import { connectZoho } from './zoho-connection.ts';

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

interface Running {
  readonly config: ServeConfig;
  readonly log: Logger;
  readonly linesLost: () => number;
  readonly parts: Parts;
  readonly flags: Flags;
}

async function run({ config, log, linesLost, parts, flags }: Running): Promise<void> {
  const { mapping, ory } = parts;
  const { oryIdField } = config;
  const standing = new StoreStanding(parts.store, logStanding(log));
  const { store } = standing;
  const zohoLog = {
    info: (fields: object, message: string) => log.info(fields, message),
    warn: (fields: object, message: string) => log.warn(fields, message),
  };
  const tokens = tokenCache(store);
  let zoho = connectZoho(config.zoho, tokens, zohoLog);
  const sources = {
    outbox: () => countOutbox(store),
    olderMapping: () => countOlderMapping(store, mapping.hash),
    zoho: () => zoho.stats(),
    paused: () => delivery.connection.phase !== 'open',
    readsPaused: () => reads.health !== null,
    logLinesLost: linesLost,
  };
  const metrics: Metrics = createMetrics(sources);
  const write = logReports(log);
  const reads = new ReadsPause();
  const report = reads.tellingOnce((one: Report) => {
    write(one);
    metrics.report(one);
  });
  let connectedWith = config.zoho.refreshToken;
  const reconnect = async () => {
    const { zoho: fresh } = serveConfig(await readSettings(flags));
    if (fresh.refreshToken === connectedWith) return undefined;
    connectedWith = fresh.refreshToken;
    zoho = connectZoho(fresh, tokens, zohoLog);
    return zoho;
  };
  const reserve = await openReserve(store);
  const reserved = () => reserve.isReached(zoho.stats(), performance.now());
  const delivery = new Delivery({ store, zoho, ory, mapping, oryIdField, report, reserved }, reconnect);
  const rules = { mappingHash: mapping.hash, adminReads: ory !== undefined, oryIdField };
  const intake = new Intake({
    store,
    rules,
    keepsSignIn: mapping.readsSignIn,
    report,
    wake: () => delivery.wake(),
  });

  const turnedAway = new TurnedAway();
  const emptyBodies = new EmptyBodyNotes(store, (message) => log.error(message));
  // A library ends the process at this signal; a limit on the size of files is to come back as an error of SQLite's.
  process.on('SIGXFSZ', () => {});
  let stopping = false;
  const app = createApp({
    secrets: config.webhookSecrets,
    admit: () => {
      standing.admit();
      intake.admit();
    },
    put: (identity, event) => intake.put(identity, event),
    note: (webhook) => {
      if (webhook.came === 'to_nothing') log.warn(webhook, 'webhook came to nothing');
      else log.debug(webhook, 'webhook');
    },
    emptyBody: () => {
      metrics.emptyBody();
      emptyBodies.note();
    },
    health: {
      ready: async () => !stopping && (await standing.isReady()),
      connection: () => describe(delivery),
      store: () => standing.health?.code ?? 'ok',
    },
    metrics: {
      ...metrics,
      answered: (status) => {
        metrics.answered(status);
        if (status === 503) turnedAway.note(performance.now());
      },
    },
    metricsToken: config.metricsToken,
    logError: (failure, message) => log.error(failure, message),
  });
  // Whoever sees it listen may stop it at once.
  const stopped = new Promise<string>((resolve) =>
    onStopSignals(resolve, (signal) =>
      log.warn({ signal }, 'stopped at once: what is under way stays in doubt'),
    ),
  );
  const joined = await joinAsServe(parts, log, oryIdField);
  const health = () => {
    const now = { monotonic: performance.now(), utc: Date.now() };
    return processHealth(delivery.connection, zoho.stats(), reads.health, now, standing.health);
  };
  const heartbeat = new Heartbeat(store, joined, health, { standing, clockSetBack: logClock(log) });
  const expiry = new Expiry(store, {
    expired: (rows) => {
      log.warn({ rows }, 'dropped what failed over 90 days ago');
      metrics.expired(rows);
    },
    failed: (message) => log.warn(`what failed over 90 days ago was not dropped: ${message}`),
  });
  const ended = new AbortController();
  try {
    const server = await listen(app, config.port, config.host);
    const reconcile = reconcileOf(
      config,
      { ...parts, store },
      {
        holder: joined.id,
        report,
        wake: () => delivery.wake(),
        reserved,
        turnedAway,
      },
    );
    delivery.start();
    reconcile?.start();
    const takenRetry =
      ory === undefined ? new TakenRetry(store, { report, wake: () => delivery.wake() }) : undefined;
    log.info({ port: server.port, mapping: config.mappingFile ?? 'built in' }, 'listening');

    const end = await Promise.race([stopped, otherProject(ory, report, ended.signal)]);
    stopping = true;
    server.retire();
    ended.abort();
    const refused = end instanceof ConfigurationError ? end : undefined;
    log.info(refused === undefined ? { signal: end } : { code: refused.code }, 'stopping');
    await reconcile?.stop();
    await takenRetry?.stop();
    await delivery.stop();
    await server.close();
    await emptyBodies.stop();
    await delivery.close();
    if (refused !== undefined) throw refused;
  } finally {
    ended.abort();
    await expiry.stop();
    await heartbeat.stop();
    // With the store away its row stays, and counts as dead by its old beat: that is no reason to end badly (rule 32).
    await leaveStore(store, joined).catch((error: unknown) =>
      log.warn(`this process is still listed in the store: ${messageOf(error)}`),
    );
  }
}

function describe(delivery: Delivery): string {
  const state = delivery.connection;
  return state.phase === 'open' ? 'ok' : `${state.phase}: ${state.reason}`;
}
