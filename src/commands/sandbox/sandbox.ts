import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { onStopSignals } from '../parts/stop-signals.ts';
import { say } from '../terminal/print.ts';

/**
 * `ory-zoho sandbox`: a local Zoho CRM and Ory admin API, until a signal ends it. Prints a `.env` with
 * everything that the other commands need. The store in it is deleted with the sandbox, because a store
 * belongs to one Zoho organization and the sandbox's one does not come back.
 */
export async function sandbox(options: {
  port: number;
  latencyMs: number;
  identities: number;
}): Promise<void> {
  const running = await startSandbox({ ...options, consent: 'ask' }).catch((error: unknown) => {
    throw new ConfigurationError('listen', `Cannot listen on port ${options.port}: ${messageOf(error)}.`, {
      hint: 'Stop the program that uses the port, or choose another port with --port.',
      cause: error,
    });
  });
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-sandbox-'));
  process.stdout.write(environment(running, join(folder, 'store.db')));
  say(`Sandbox at ${running.url}. Ctrl-C stops it and deletes its data.`);
  // A second Ctrl-C must not leave the folder behind.
  await new Promise((resolve) => void onStopSignals(resolve, { once: true }));
  await running.close();
  // A serve that ends at the same time may still create files there.
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function environment({ zoho, ory }: Sandbox, store: string): string {
  const lines = [
    ['ORY_WEBHOOK_SECRET', randomBytes(32).toString('hex')],
    ['ZOHO_API_BASE_URL', zoho.apiBaseUrl()],
    ['ZOHO_ACCOUNTS_URL', zoho.accountsUrl],
    ['ZOHO_CLIENT_ID', zoho.clientId],
    ['ZOHO_CLIENT_SECRET', zoho.clientSecret],
    ['ZOHO_REFRESH_TOKEN', zoho.refreshToken],
    ['ORY_ADMIN_URL', ory.adminUrl],
    ['ORY_PROJECT_API_KEY', ory.apiKey],
    ['ORY_CONSOLE_URL', ory.consoleUrl],
    ['ORY_PROJECT', ory.project],
    ['ORY_WORKSPACE_API_KEY', ory.workspaceKey],
    ['ORY_ZOHO_PUBLIC_URL', 'http://127.0.0.1:3000'],
    ['DATABASE_URL', `sqlite:${store}`],
  ];
  return lines.map(([name, value]) => `${name}="${value}"\n`).join('');
}
