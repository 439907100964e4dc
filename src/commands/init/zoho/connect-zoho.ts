import type { Settings } from '../../../config/sources.ts';
import { ConfigurationError, OryZohoError } from '../../../errors.ts';
import { DATA_CENTERS, resolveHosts } from '../../../zoho/data-center.ts';
import type { ZohoHosts } from '../../../zoho/data-center.ts';
import type { Ask } from '../answers/ask.ts';
import { connectByBrowser } from './connect-by-browser.ts';
import { redirectUriOf } from './callback-server.ts';
import { givenHosts, presentHosts, withVersion8 } from './zoho-hosts.ts';
import { known } from '../answers/known.ts';
import type { ConnectWay, InitOptions } from '../init-options.ts';
import { redeem } from './redeem-code.ts';
import type { RedeemedConnection } from './redeem-code.ts';
import { notAllowed, scopesOf } from './scope-uses.ts';
import type { ScopeUse } from './scope-uses.ts';
import { say } from '../../terminal/print.ts';
import { copy, done, warn } from '../talk.ts';

export interface ConnectParts {
  readonly options: InitOptions;
  readonly settings: Settings;
  readonly ask: Ask;
  readonly uses: readonly ScopeUse[];
  readonly signal: AbortSignal;
}

/**
 * Connects to Zoho in the given or chosen way.
 * @throws OryZohoError (exit 4) if the connection lacks a needed scope
 */
export async function connect(parts: ConnectParts): Promise<RedeemedConnection> {
  const { options, settings, ask, uses } = parts;
  const present = presentConnection(options, settings);
  const way = await chooseWay(options, ask, present);
  if (way === 'keep') {
    if (present !== undefined) return present;
    throw new ConfigurationError('nothing_to_keep', 'There is no connection to keep.', {
      hint: 'Connect with --connect self-client or --connect browser.',
    });
  }
  const connection = way === 'browser' ? await byBrowser(parts) : await bySelfClient(parts);
  checkScopes(connection, uses);
  return connection;
}

/** The configured connection, unless the flags give another client or data center. */
export function presentConnection(options: InitOptions, settings: Settings): RedeemedConnection | undefined {
  const clientId = known(settings, 'ZOHO_CLIENT_ID')?.value;
  const clientSecret = known(settings, 'ZOHO_CLIENT_SECRET')?.value;
  const refreshToken = known(settings, 'ZOHO_REFRESH_TOKEN')?.value;
  if (clientId === undefined || clientSecret === undefined || refreshToken === undefined) return undefined;
  if (options.clientId !== undefined && options.clientId !== clientId) return undefined;
  const hosts = presentHosts(settings) ?? resolveHosts({});
  if (options.dataCenter !== undefined && options.dataCenter !== hosts.dataCenter) return undefined;
  return { clientId, clientSecret, refreshToken, hosts: withVersion8(hosts), scopes: undefined };
}

function chooseWay(
  options: InitOptions,
  ask: Ask,
  present: RedeemedConnection | undefined,
): Promise<ConnectWay> {
  if (options.connect !== undefined) return Promise.resolve(options.connect);
  if (options.code !== undefined) return Promise.resolve('self-client');
  if (present !== undefined && !ask.interactive) return Promise.resolve('keep');
  const keep = {
    value: 'keep',
    name: 'Keep the current connection',
    description: `Client ${present?.clientId} at ${present?.hosts.accountsUrl}.`,
  } as const;
  return ask.choice<ConnectWay>({
    message: 'How do you connect to Zoho?',
    flag: '--connect browser or --connect self-client',
    choices: [
      ...(present === undefined ? [] : [keep]),
      {
        value: 'self-client',
        name: 'Self client: paste a code',
        description: 'The quickest way, for your own organization. Works over SSH.',
      },
      {
        value: 'browser',
        name: 'Browser: sign in and accept',
        description: 'For a registered Server-based Application and a browser on this machine.',
      },
    ],
    initial: present === undefined ? 'self-client' : 'keep',
  });
}

async function bySelfClient(parts: ConnectParts): Promise<RedeemedConnection> {
  const { options, ask, signal } = parts;
  const hosts = await askHosts(parts);
  say(`In ${consoleOf(hosts)} open your Self Client, or add one.`);
  const client = await askClient(parts);
  explainScopes(parts.uses);
  if (options.code === undefined) {
    say(
      'On its tab "Generate Code" paste these scopes, choose 10 minutes, create, and pick the CRM organization:',
    );
    copy(scopesOf(parts.uses).join(','));
  }
  for (;;) {
    const code = options.code ?? (await ask.secret({ message: 'Code', flag: '--code' }));
    try {
      const connection = await redeem({ ...client, accountsUrl: hosts.accountsUrl, code }, signal);
      done(`Zoho accepted the code at ${new URL(hosts.accountsUrl).host}`);
      return connection;
    } catch (error) {
      const again =
        options.code === undefined && error instanceof OryZohoError && error.code === 'zoho_invalid_code';
      if (!again) throw error;
      warn(`${error.message} ${error.hint}`);
    }
  }
}

async function byBrowser(parts: ConnectParts): Promise<RedeemedConnection> {
  const { options, settings, uses, ask, signal } = parts;
  // Zoho moves the user to the data center of the account from any start, except for China.
  const hosts = givenHosts(options.dataCenter, settings) ?? resolveHosts({});
  say(`In ${consoleOf(hosts)} add a Server-based Application with exactly this redirect URI:`);
  copy(redirectUriOf(options.redirectPort));
  const client = await askClient(parts);
  explainScopes(uses);
  const scopes = scopesOf(uses);
  const open = options.browser && ask.interactive && process.env['CI'] === undefined;
  return connectByBrowser({
    ...client,
    accountsUrl: hosts.accountsUrl,
    scopes,
    port: options.redirectPort,
    open,
    signal,
  });
}

/** The API console of a data center, which lists its OAuth clients. */
function consoleOf({ accountsUrl }: ZohoHosts): string {
  return accountsUrl.replace('//accounts.', '//api-console.');
}

async function askHosts({ options, settings, ask }: ConnectParts): Promise<ZohoHosts> {
  const given = givenHosts(options.dataCenter, settings);
  if (given !== undefined) return given;
  const saved = presentHosts(settings);
  if (saved !== undefined && !ask.interactive) return saved;
  const dataCenter = await ask.choice({
    message: 'Data center (the end of your Zoho CRM address)',
    flag: '--data-center',
    choices: DATA_CENTERS.map((name) => {
      const { accountsUrl } = resolveHosts({ dataCenter: name });
      return { value: name, name: `${name}  ${new URL(accountsUrl).host}` };
    }),
    initial: DATA_CENTERS.find((name) => name === saved?.dataCenter) ?? 'us',
    // The client secret is sent there, so a default would be a risk.
    mustAsk: true,
  });
  return resolveHosts({ dataCenter });
}

async function askClient({ options, settings, ask }: ConnectParts) {
  const knownId = known(settings, 'ZOHO_CLIENT_ID');
  const knownSecret = known(settings, 'ZOHO_CLIENT_SECRET');
  const clientId =
    options.clientId ??
    (knownId?.from === 'given'
      ? knownId.value
      : await ask.text({ message: 'Client ID', flag: '--client-id', initial: knownId?.value }));
  if (knownSecret?.from === 'given') return { clientId, clientSecret: knownSecret.value };
  const saved = clientId === knownId?.value ? knownSecret?.value : undefined;
  if (saved !== undefined && !ask.interactive) return { clientId, clientSecret: saved };
  const typed = await ask.secret({
    message: saved === undefined ? 'Client secret' : 'Client secret (Enter keeps the saved one)',
    flag: 'ZOHO_CLIENT_SECRET in the environment or with --secrets-stdin',
    optional: saved !== undefined,
  });
  return { clientId, clientSecret: typed === '' && saved !== undefined ? saved : typed };
}

function explainScopes(uses: readonly ScopeUse[]): void {
  say('What ory-zoho asks Zoho for, and why:');
  for (const scope of scopesOf(uses)) {
    const why = uses.filter((use) => use.scope === scope).map(({ use }) => use);
    say(`  ${scope}: ${why.join(', ')}`);
  }
}

function checkScopes({ scopes }: RedeemedConnection, uses: readonly ScopeUse[]): void {
  if (scopes === undefined) return;
  const without = notAllowed(uses, scopes);
  const needed = without.filter(({ lost }) => lost === undefined);
  if (needed.length > 0) {
    const list = needed.map(({ scope, use }) => `\n  ${scope}: ${use}`).join('');
    throw new OryZohoError('missing_scopes', `The connection lacks scopes that are needed:${list}`, {
      hint: `Connect again with all of these scopes:\n  ${scopesOf(uses).join(',')}`,
      exitCode: 4,
    });
  }
  for (const { scope, lost } of without) warn(`Without ${scope}: ${lost}.`);
}
