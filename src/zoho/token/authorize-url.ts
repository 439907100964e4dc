import type { ZohoHosts } from '../data-center.ts';

export interface AuthorizeRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** Comes back with the callback, and shows that it answers this request. */
  readonly state: string;
}

/**
 * Where the user grants access (Zoho Accounts, "Authorization Request"). `access_type=offline` asks for a
 * refresh token, `prompt=consent` for a new one even where the user has consented before.
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
