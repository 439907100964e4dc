import type { ZohoHosts } from '../data-center.ts';

export interface AuthorizeRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** Zoho sends it back with the callback. It shows that the callback belongs to this request. */
  readonly state: string;
}

/**
 * The page where the user grants access (Zoho Accounts, "Authorization Request"). `access_type=offline` asks
 * for a refresh token. `prompt=consent` gives a new one even if the user has consented before.
 */
export function authorizeUrl(hosts: Pick<ZohoHosts, 'accountsUrl'>, request: AuthorizeRequest): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: request.clientId,
    scope: request.scopes.join(','),
    redirect_uri: request.redirectUri,
    access_type: 'offline',
    prompt: 'consent',
    state: request.state,
  });
  return `${hosts.accountsUrl}/oauth/v2/auth?${query.toString()}`;
}
