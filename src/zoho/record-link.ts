import { crmWebOrigin } from './data-center.ts';

/**
 * The page of a record in Zoho CRM's web interface; undefined for an API host that is not on the table. Zoho
 * documents no such address: it is the one its interface shows.
 * @param apiBaseUrl such as `https://www.zohoapis.eu/crm/v8`; of a loopback host the sandbox's own page
 * @param zgid the organisation's number; without it Zoho shows the organisation that the user was in last
 */
export function recordLink(
  apiBaseUrl: string,
  zgid: string | undefined,
  module: string,
  id: string,
): string | undefined {
  const origin = crmWebOrigin(apiBaseUrl);
  if (origin === undefined) return undefined;
  const org = zgid === undefined ? '' : `/org${encodeURIComponent(zgid)}`;
  return `${origin}/crm${org}/tab/${encodeURIComponent(module)}/${encodeURIComponent(id)}`;
}
