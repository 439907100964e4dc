import type { Logger } from 'pino';
import { serveConfig } from '../config/serve-config.ts';
import type { ServeConfig } from '../config/serve-config.ts';
import { readSettings } from '../config/sources.ts';
import type { Flags } from '../config/sources.ts';
import { compileMapping } from '../mapping/compile.ts';
import type { CompiledMapping } from '../mapping/compile.ts';
import { loadMapping } from '../mapping/mapping-file.ts';
import type { Report } from '../model/report.ts';
import { createOryAdminClient } from '../ory/admin-client.ts';
import { bindStore } from '../store/binding.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/open.ts';
import { countOutbox } from '../store/outbox/count.ts';
import { canWrite } from '../store/probe.ts';
import { tokenCache } from '../store/token.ts';
import { Delivery } from '../sync/delivery.ts';
import { Intake } from '../sync/intake.ts';
import { logReports } from '../telemetry/log-reports.ts';
import { openLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createApp } from '../webhook/app.ts';
import { listen } from '../webhook/server.ts';
import { connectZoho, hostsOf } from './zoho-connection.ts';

/** `ory-zoho serve`: the webhook server and delivery, until SIGTERM or SIGINT. */
export async function serve(flags: Flags): Promise<void> {
  const config = serveConfig(await readSettings(flags));
  const log = await openLogger(config.logLevel);
  const { adminUrl, apiKey } = config.ory ?? {};
  const ory =
    adminUrl === undefined
      ? undefined
      : createOryAdminClient({ adminUrl, ...(apiKey !== undefined && { apiKey }) });
  const mapping = compileMapping(await loadMapping(config.mappingFile), {
    ...(config.oryIdField !== null && { oryIdField: config.oryIdField }),
  });
  const store = await openStore(config.databaseUrl);
  try {
    await bind(store, config, mapping, log);
    await run({ config, log, mapping, store, ory, flags });
  } finally {
    await store.close();
    await ory?.close();
  }
}

async function bind(store: Store, config: ServeConfig, mapping: CompiledMapping, log: Logger): Promise<void> {
  const { accountsUrl } = hostsOf(config.zoho);
  const { mappingChanged } = await bindStore(store, {
    zoho: `${new URL(accountsUrl).host} ${config.zoho.clientId} ${mapping.module}`,
    ory: config.ory?.adminUrl ?? null,
    mappingHash: mapping.hash,
  });
  if (mappingChanged)
    log.warn('the mapping is another one than at the last start; fields follow it as identities change');
}

interface Parts {
  readonly config: ServeConfig;
  readonly log: Logger;
  readonly mapping: CompiledMapping;
  readonly store: Store;
  readonly ory: ReturnType<typeof createOryAdminClient> | undefined;
  readonly flags: Flags;
}

async function run({ config, log, mapping, store, ory, flags }: Parts): Promise<void> {
  const zohoLog = {
    info: (fields: object, message: string) => log.info(fields, message),
    warn: (fields: object, message: string) => log.warn(fields, message),
  };
  const tokens = tokenCache(store);
  const zoho = connectZoho(config.zoho, tokens, zohoLog);
  const sources = {
    outbox: () => countOutbox(store),
    zoho: () => delivery.zohoStats,
    paused: () => delivery.connection.phase !== 'open',
  };
  const metrics: Metrics = createMetrics(sources);
  const write = logReports(log);
  const report = (one: Report) => {
    write(one);
    metrics.report(one);
  };
  let connectedWith = config.zoho.refreshToken;
  const reconnect = async () => {
    const { zoho: fresh } = serveConfig(await readSettings(flags));
    if (fresh.refreshToken === connectedWith) return undefined;
    connectedWith = fresh.refreshToken;
    return connectZoho(fresh, tokens, zohoLog);
  };
  const delivery = new Delivery(
    { store, zoho, ory, mapping, oryIdField: config.oryIdField, report },
    reconnect,
  );
  const rules = { mappingHash: mapping.hash, adminReads: ory !== undefined };
  const intake = new Intake({ store, rules, report, wake: () => delivery.wake() });

  let stopping = false;
  const app = createApp({
    secrets: config.webhookSecrets,
    put: (identity, event) => intake.put(identity, event),
    note: (webhook) => {
      if (webhook.came === 'in') log.debug(webhook, 'webhook');
      else log.warn(webhook, 'webhook came to nothing');
    },
    health: { ready: async () => !stopping && (await canWrite(store)), connection: () => describe(delivery) },
    metrics,
    metricsToken: config.metricsToken,
    logError: (message) => log.error(message),
  });
  const server = await listen(app, config.port, config.host);
  delivery.start();
  log.info({ port: server.port, mapping: config.mappingFile ?? 'built in' }, 'listening');

  const signal = await stopSignal();
  stopping = true;
  log.info({ signal }, 'stopping');
  await delivery.stop();
  await server.close();
  await delivery.close();
}

/** SIGTERM from a supervisor, SIGINT from a terminal. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

function describe(delivery: Delivery): string {
  const state = delivery.connection;
  return state.phase === 'open' ? 'ok' : `${state.phase}: ${state.reason}`;
}
