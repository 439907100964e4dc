import type { ZohoHosts } from '../../zoho/data-center.ts';

/**
 * The page of a record in Zoho CRM, which finds the organisation by itself. Undefined for a stand-in on this machine.
 * Not an address that Zoho documents: the one its own notifications and many integrations link to.
 */
export function recordLink(
  { dataCenter, accountsUrl }: ZohoHosts,
  module: string,
  id: string,
): string | undefined {
  if (dataCenter === 'loopback') return undefined;
  const host = new URL(accountsUrl).host.replace(/^accounts\./, 'crm.');
  return `https://${host}/crm/EntityInfo.do?module=${module}&id=${id}`;
}
