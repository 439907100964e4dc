import { postGrant } from './post-form.ts';
import type { ZohoHosts } from '../data-center.ts';
import type { Http, HttpResult } from '../request.ts';
import type { TokenAnswer } from './token-answer.ts';
import { readTokenAnswer } from './token-answer.ts';

/** Shorter than the lease on the token row, so that no other process asks at the same time. */
const TOKEN_CALL_MS = 12_000;

export interface ZohoCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/** Asks once for an access token (Zoho Accounts, "Refresh Access Tokens"). */
export function requestAccessToken(
  http: Http,
  { accountsUrl }: ZohoHosts,
  { clientId, clientSecret, refreshToken }: ZohoCredentials,
  signal: AbortSignal,
): Promise<TokenAnswer | Exclude<HttpResult, { kind: 'response' }>> {
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const within = { timeoutMs: TOKEN_CALL_MS, signal };
  return postGrant(http, { accountsUrl, clientId, clientSecret }, grant, within, readTokenAnswer);
}
