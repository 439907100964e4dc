import { serveConfig } from '../../config/serve-config.ts';
import { readSettings } from '../../config/sources.ts';
import type { Flags } from '../../config/sources.ts';
import { openLogger } from '../../telemetry/logger.ts';
import { listen } from '../../webhook/server.ts';
import { openParts } from '../parts/open-parts.ts';
import { onStopSignals, outliveSizeLimit } from '../parts/stop-signals.ts';
import { startServe } from './running-serve.ts';
import type { RunningServe } from './running-serve.ts';
import type { Started } from './serving.ts';
import { tellOlderMapping } from './tell-older-mapping.ts';

/** `ory-zoho serve`: the webhook server, delivery and reconcile, until SIGTERM or SIGINT. */
export async function serve(flags: Flags): Promise<void> {
  const config = serveConfig(await readSettings(flags));
  const { log, linesLost } = await openLogger(config.logLevel);
  const parts = await openParts(config, (message) => log.warn(message));
  try {
    await tellOlderMapping(parts, log);
    const readZoho = async () => serveConfig(await readSettings(flags)).zoho;
    await run({ config, log, linesLost, parts, readZoho });
  } finally {
    await parts.close();
  }
}

async function run(started: Started): Promise<void> {
  const { log } = started;
  outliveSizeLimit();
  // A signal may come as soon as it listens.
  const stopped = new Promise<string>((resolve) =>
    onStopSignals(resolve, {
      atOnce: (signal) => log.warn({ signal }, 'stopped at once; running calls stay in doubt'),
    }),
  );
  const running = await startServe(started);
  try {
    await work(running, started, stopped);
  } finally {
    await running.leave();
  }
}

/** Receives webhooks and delivers them until a signal arrives or Ory turns out to be another project. */
async function work(
  running: RunningServe,
  { config, log }: Started,
  stopped: Promise<string>,
): Promise<void> {
  const server = await listen(running.app, config.port, config.host);
  running.begin();
  log.info({ port: server.port, mapping: config.mappingFile ?? 'built in' }, 'listening');

  const end = await Promise.race([stopped, running.otherProject]);
  running.notReady();
  server.retire();
  const refused = typeof end === 'string' ? undefined : end;
  log.info(refused === undefined ? { signal: end } : { code: refused.code }, 'stopping');
  await running.stop(() => server.close());
  if (refused !== undefined) throw refused;
}
