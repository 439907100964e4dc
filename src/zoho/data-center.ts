import { ConfigurationError } from '../errors.ts';

/** Zoho's regions with published CRM hosts (Zoho CRM API, Multi-DC). */
export const DATA_CENTERS = ['us', 'eu', 'in', 'au', 'jp', 'ca', 'cn', 'sa'] as const;

export type DataCenter = (typeof DATA_CENTERS)[number];

/**
 * The domain of the accounts server and the web interface (`crm`, and `crmsandbox` for sandboxes), and the
 * domain in which the CRM API has its www, sandbox and developer hosts.
 */
const HOSTS: { readonly [Name in DataCenter]: { readonly web: string; readonly api: string } } = {
  us: { web: 'zoho.com', api: 'zohoapis.com' },
  eu: { web: 'zoho.eu', api: 'zohoapis.eu' },
  in: { web: 'zoho.in', api: 'zohoapis.in' },
  au: { web: 'zoho.com.au', api: 'zohoapis.com.au' },
  jp: { web: 'zoho.jp', api: 'zohoapis.jp' },
  ca: { web: 'zohocloud.ca', api: 'zohoapis.ca' },
  cn: { web: 'zoho.com.cn', api: 'zohoapis.com.cn' },
  sa: { web: 'zoho.sa', api: 'zohoapis.sa' },
};

const DEFAULT_VERSION = 'v2';

/** The two hosts of a connection. Secrets and tokens go only to these. */
export interface ZohoHosts {
  /** The region of the API host. `loopback` for a stand-in on this machine. */
  readonly dataCenter: DataCenter | 'loopback';
  /** With the version and without a trailing slash, such as `https://www.zohoapis.eu/crm/v8`. */
  readonly apiBaseUrl: string;
  /** Without a trailing slash, such as `https://accounts.zoho.eu`. */
  readonly accountsUrl: string;
}

/**
 * Chooses the hosts from ZOHO_DATA_CENTER, ZOHO_API_BASE_URL and ZOHO_ACCOUNTS_URL. An explicit host wins,
 * and the other host follows it. Both must belong to one data center. Loopback addresses (127.0.0.0/8, ::1,
 * localhost) are for stand-ins and may use http. If one host is set to loopback, the other one follows to the
 * same origin, so that a test never sends secrets to the real Zoho by accident.
 * @throws ConfigurationError for an unknown data center, a host off the table or of another data center, and
 *   a path that is not /crm/v2 to /crm/v8.
 */
export function resolveHosts(settings: {
  readonly dataCenter?: string | undefined;
  readonly apiBaseUrl?: string | undefined;
  readonly accountsUrl?: string | undefined;
}): ZohoHosts {
  const named = settings.dataCenter === undefined ? undefined : siteNamed(settings.dataCenter);
  const api = settings.apiBaseUrl === undefined ? undefined : readApiBaseUrl(settings.apiBaseUrl);
  const accounts = settings.accountsUrl === undefined ? undefined : readAccountsUrl(settings.accountsUrl);
  refuseMixture([named, api, accounts].flatMap((site) => site?.dataCenter ?? []));
  const { dataCenter, apiOrigin, accountsOrigin } = api ?? accounts ?? named ?? siteOf('us');
  return {
    dataCenter,
    apiBaseUrl: api?.url ?? `${apiOrigin}/crm/${DEFAULT_VERSION}`,
    accountsUrl: accounts?.url ?? accountsOrigin,
  };
}

/**
 * Whether the `api_domain` of a token answer belongs to the data center that calls go to. Its www, sandbox
 * and developer hosts count as one. With a loopback API host, every domain fits.
 */
export function apiDomainFits(apiDomain: string, hosts: ZohoHosts): boolean {
  if (hosts.dataCenter === 'loopback') return true;
  return URL.canParse(apiDomain) && ofApiHost(new URL(apiDomain)) === hosts.dataCenter;
}

/**
 * The data center of an accounts server, such as the `accounts-server` of an OAuth callback. Undefined for a
 * URL that is not on the table. Secrets must not go there.
 */
export function dataCenterOfAccounts(accountsUrl: string): DataCenter | undefined {
  return URL.canParse(accountsUrl) ? ofAccountsHost(new URL(accountsUrl)) : undefined;
}

/**
 * The origin at which a browser shows the data of an API host. The sandbox shows its records itself.
 * Undefined for a host off the table. Zoho publishes no table of these hosts; the ones for sandboxes and
 * Canada are taken from its users' links.
 */
export function crmWebOrigin(apiBaseUrl: string): string | undefined {
  if (!URL.canParse(apiBaseUrl)) return undefined;
  const url = new URL(apiBaseUrl);
  if (isLoopback(url)) return url.origin;
  const dataCenter = ofApiHost(url);
  if (dataCenter === undefined) return undefined;
  const host = url.hostname.startsWith('sandbox.') ? 'crmsandbox' : 'crm';
  return `https://${host}.${HOSTS[dataCenter].web}`;
}

/** A data center, and the origin of its two hosts if they are not set. */
interface Site {
  readonly dataCenter: DataCenter | 'loopback';
  readonly apiOrigin: string;
  readonly accountsOrigin: string;
}

function siteOf(dataCenter: DataCenter): Site {
  const { web, api } = HOSTS[dataCenter];
  return { dataCenter, apiOrigin: `https://www.${api}`, accountsOrigin: `https://accounts.${web}` };
}

function siteNamed(text: string): Site {
  const name = DATA_CENTERS.find((name) => name === text);
  if (name !== undefined) return siteOf(name);
  throw new ConfigurationError(
    'zoho_data_center',
    `ZOHO_DATA_CENTER is not a data center of Zoho CRM: ${text}`,
    {
      hint: `Use one of ${DATA_CENTERS.join(', ')}.`,
    },
  );
}

/** The site of an explicit host. `dataCenter` is the one that the table has for it. */
function siteFound(variable: string, url: URL, dataCenter: DataCenter | undefined): Site {
  if (isLoopback(url)) return { dataCenter: 'loopback', apiOrigin: url.origin, accountsOrigin: url.origin };
  if (dataCenter !== undefined) return siteOf(dataCenter);
  throw new ConfigurationError('zoho_host', `${variable} names a host that is not Zoho's: ${url.origin}`, {
    hint: `Set ZOHO_DATA_CENTER to one of ${DATA_CENTERS.join(', ')}. Credentials go only to Zoho's own https hosts and to loopback addresses.`,
  });
}

function readApiBaseUrl(text: string): Site & { readonly url: string } {
  const url = readUrl('ZOHO_API_BASE_URL', text);
  const path = url.pathname.replace(/\/+$/, '');
  if (!/^\/crm\/v[2-8]$/.test(path)) {
    throw new ConfigurationError(
      'zoho_api_version',
      `ZOHO_API_BASE_URL has no API version from v2 to v8: ${text}`,
      { hint: `End it with the version, for example ${url.origin}/crm/v8.` },
    );
  }
  return { ...siteFound('ZOHO_API_BASE_URL', url, ofApiHost(url)), url: url.origin + path };
}

function readAccountsUrl(text: string): Site & { readonly url: string } {
  const url = readUrl('ZOHO_ACCOUNTS_URL', text);
  if (!/^\/*$/.test(url.pathname)) {
    throw new ConfigurationError('zoho_url', `ZOHO_ACCOUNTS_URL must be a host without a path: ${text}`, {
      hint: `Set it to ${url.origin}.`,
    });
  }
  return { ...siteFound('ZOHO_ACCOUNTS_URL', url, ofAccountsHost(url)), url: url.origin };
}

/**
 * Parses a URL that has only an origin and a path. The error does not repeat the text if it may hold a
 * password.
 */
function readUrl(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username + url.password + url.search + url.hash === '';
  if (!plain || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigurationError('zoho_url', `${variable} is not a plain https URL.`, {
      hint: `Set ZOHO_DATA_CENTER to one of ${DATA_CENTERS.join(', ')} and leave ${variable} out.`,
    });
  }
  return url;
}

function ofApiHost(url: URL): DataCenter | undefined {
  return DATA_CENTERS.find((name) =>
    ['www', 'sandbox', 'developer'].some((kind) => url.origin === `https://${kind}.${HOSTS[name].api}`),
  );
}

function ofAccountsHost(url: URL): DataCenter | undefined {
  return DATA_CENTERS.find((name) => url.origin === `https://accounts.${HOSTS[name].web}`);
}

function isLoopback(url: URL): boolean {
  return ['localhost', '[::1]'].includes(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
}

function refuseMixture(dataCenters: readonly (DataCenter | 'loopback')[]): void {
  const names = new Set(dataCenters.filter((name) => name !== 'loopback'));
  if (names.size <= 1) return;
  throw new ConfigurationError(
    'zoho_host',
    `ZOHO_DATA_CENTER, ZOHO_API_BASE_URL and ZOHO_ACCOUNTS_URL name different data centers: ${[...names].join(', ')}.`,
    { hint: 'Set one of the three and leave the other two out.' },
  );
}
