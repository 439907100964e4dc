import { ConfigurationError, messageOf } from '../errors.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

/** `ory-zoho sandbox`: a local Zoho CRM and Ory admin API, until a signal ends it. Prints a `.env` that uses them. */
export async function sandbox(options: {
  port: number;
  latencyMs: number;
  identities: number;
}): Promise<void> {
  const running = await startSandbox({ ...options, consent: 'ask' }).catch((error: unknown) => {
    throw new ConfigurationError('listen', `Cannot listen on port ${options.port}: ${messageOf(error)}.`, {
      hint: 'End what uses the port, or choose another with --port.',
      cause: error,
    });
  });
  const { zoho, ory } = running;
  const lines = [
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
  ];
  process.stdout.write(`${lines.map(([name, value]) => `${name}="${value}"`).join('\n')}\n`);
  process.stderr.write(`Sandbox at ${running.url}. Ctrl-C ends it, and forgets everything.\n`);
  await new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
  await running.close();
}
