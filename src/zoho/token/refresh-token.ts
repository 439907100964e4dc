import { postForm } from './post-form.ts';
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

/** Asks once for an access token (Zoho Accounts, "Refresh Access Tokens"). The secrets go in the body, never in the URL. */
export async function requestAccessToken(
  http: Http,
  hosts: ZohoHosts,
  credentials: ZohoCredentials,
  signal: AbortSignal,
): Promise<TokenAnswer | Exclude<HttpResult, { kind: 'response' }>> {
  const url = `${hosts.accountsUrl}/oauth/v2/token`;
  const fields = {
    grant_type: 'refresh_token',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    refresh_token: credentials.refreshToken,
  };
  const result = await postForm(http, url, fields, { timeoutMs: TOKEN_CALL_MS, signal });
  return result.kind === 'response' ? readTokenAnswer(result) : result;
}
