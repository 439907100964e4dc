import { crmWebOrigin } from './data-center.ts';

/**
 * The page of a record in the web interface of Zoho CRM. Undefined for an API host that is not on the table.
 * Zoho does not document this address; it is the one that its interface shows.
 * @param apiBaseUrl such as `https://www.zohoapis.eu/crm/v8`. For a loopback host the link leads to the
 * sandbox's own page
 * @param zgid the number of the organization. Without it Zoho shows the organization that the user opened
 * last
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
