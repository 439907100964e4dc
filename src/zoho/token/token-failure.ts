import type { CallFailure } from '../../model/zoho-answer.ts';
import type { ZohoHosts } from '../data-center.ts';

/** There was no access token, so no call was made. Messages never hold a token or a secret. */
export type NotDone = Extract<CallFailure, { readonly kind: 'not_done' }>;

/** We cut the call ourselves. */
export const CUT: CallFailure = { kind: 'aborted', message: 'The call to Zoho was cut on our side.' };

/** Zoho refuses the refresh token or the client. */
export function deadConnection(code: string): NotDone {
  const why =
    code === 'invalid_code'
      ? 'Zoho no longer accepts the refresh token (invalid_code). Run "ory-zoho init" to connect again.'
      : `Zoho refuses the OAuth client (${code}). Check ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET and the data center, or run "ory-zoho init".`;
  return { kind: 'not_done', pause: 'token_dead', message: why };
}

/** Zoho's limit or our own count allows no more access tokens now. */
export function tooManyTokens(waitMs: number): NotDone {
  const message =
    'Too many access tokens were requested with this refresh token. Zoho gives 10 in 10 minutes.';
  return { kind: 'not_done', pause: 'token_throttled', message, waitMs };
}

/** The API host refuses a new token. */
export function wrongHost(hosts: ZohoHosts): NotDone {
  const message = `${new URL(hosts.apiBaseUrl).host} refuses a new access token. Check ZOHO_API_BASE_URL: production, sandbox and developer hosts each need their own refresh token.`;
  return { kind: 'not_done', pause: 'wrong_host_or_scope', message };
}

/** The token is for another data center than the configured one. */
export function wrongDataCenter(apiDomain: string, hosts: ZohoHosts): NotDone {
  const message = `The access token is for ${apiDomain.slice(0, 100)}, but ZOHO_API_BASE_URL is ${hosts.apiBaseUrl}. Set ZOHO_DATA_CENTER to the data center of the account.`;
  return { kind: 'not_done', pause: 'wrong_host_or_scope', message };
}
