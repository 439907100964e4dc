import type { Settings } from '../../../config/sources.ts';
import { ZOHO_HOST_NAMES } from '../../../config/variables.ts';
import { OryZohoError } from '../../../errors.ts';
import { apiDomainFits, resolveHosts } from '../../../zoho/data-center.ts';
import type { ZohoHosts } from '../../../zoho/data-center.ts';
import { known } from '../answers/known.ts';
import type { Known } from '../answers/known.ts';

/**
 * The hosts from the flag or the environment; undefined if neither gives any.
 * @throws ConfigurationError for hosts that do not belong together
 */
export function givenHosts(dataCenter: string | undefined, settings: Settings): ZohoHosts | undefined {
  return hostsFrom('given', settings, dataCenter);
}

/** The hosts of the present connection: those given, else those of the profile. @throws ConfigurationError */
export function presentHosts(settings: Settings): ZohoHosts | undefined {
  return hostsFrom('given', settings) ?? hostsFrom('saved', settings);
}

function hostsFrom(from: Known['from'], settings: Settings, flag?: string): ZohoHosts | undefined {
  const [dataCenter, apiBaseUrl, accountsUrl] = ZOHO_HOST_NAMES.map((name) => {
    const found = known(settings, name);
    return found?.from === from ? found.value : undefined;
  });
  const named = { dataCenter: flag ?? dataCenter, apiBaseUrl, accountsUrl };
  return Object.values(named).every((value) => value === undefined) ? undefined : resolveHosts(named);
}

/**
 * The API address of a connection, in version 8. It comes from `api_domain` in the token answer and must be
 * in the data center of the accounts server.
 */
export function hostsOfTokens(accountsUrl: string, apiDomain: string | undefined): ZohoHosts {
  const hosts = resolveHosts({ accountsUrl });
  if (apiDomain !== undefined && !apiDomainFits(apiDomain, hosts)) {
    const message = `${accountsUrl} named an API host outside its data center: ${apiDomain.slice(0, 100)}.`;
    throw new OryZohoError('zoho_api_domain', message, {
      hint: 'Run `ory-zoho init` again with the data center where the account lives.',
      exitCode: 4,
    });
  }
  return withVersion8(resolveHosts({ accountsUrl, apiBaseUrl: apiBase(apiDomain ?? hosts.apiBaseUrl) }));
}

export function withVersion8(hosts: ZohoHosts): ZohoHosts {
  return { ...hosts, apiBaseUrl: apiBase(hosts.apiBaseUrl) };
}

function apiBase(url: string): string {
  return `${new URL(url).origin}/crm/v8`;
}
