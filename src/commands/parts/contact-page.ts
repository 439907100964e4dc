import type { ZohoHosts } from '../../zoho/data-center.ts';
import { recordLink } from '../../zoho/record-link.ts';

/** The page of a record in Zoho CRM's web interface, in the organisation that the user visited last. */
export function recordPage({ apiBaseUrl }: ZohoHosts, module: string, id: string): string | undefined {
  return recordLink(apiBaseUrl, undefined, module, id);
}
