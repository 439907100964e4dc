import { OryZohoError } from '../../../errors.ts';
import type { ZohoHosts } from '../../../zoho/data-center.ts';
import { exchangeCode } from '../../../zoho/token/exchange-code.ts';
import type { CodeGrant } from '../../../zoho/token/exchange-code.ts';
import { openHttp } from '../../../zoho/request.ts';
import { hostsOfTokens } from './zoho-hosts.ts';

/** The values of a connection and its scopes. */
export interface RedeemedConnection {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly hosts: ZohoHosts;
  /** Undefined if Zoho did not list them. */
  readonly scopes: readonly string[] | undefined;
}

/**
 * Exchanges a one-time code for a connection.
 * @throws OryZohoError (exit 4) with the reason and the fix; `zoho_invalid_code` if the code is used up
 */
export async function redeem(grant: CodeGrant, signal: AbortSignal): Promise<RedeemedConnection> {
  const http = openHttp();
  try {
    const answer = await exchangeCode(http, grant, signal);
    switch (answer.kind) {
      case 'tokens':
        return {
          clientId: grant.clientId,
          clientSecret: grant.clientSecret,
          refreshToken: answer.refreshToken,
          hosts: hostsOfTokens(grant.accountsUrl, answer.apiDomain),
          scopes: answer.scopes,
        };
      case 'no_refresh_token':
        throw notConnected(
          'no_refresh_token',
          'Zoho gave an access token but no refresh token, so the connection would end in an hour.',
          'Use the code of a Self Client, or a Server-based Application with --connect browser, which asks for offline access.',
        );
      case 'refused':
        throw refusal(answer.code, grant);
      case 'throttled':
        throw notConnected(
          'throttled',
          'Zoho allows 10 codes and tokens in 10 minutes, and this client has used them up.',
          'Wait ten minutes, then run `ory-zoho init` again.',
        );
      case 'aborted':
        throw new OryZohoError('aborted', answer.message, { hint: 'Run `ory-zoho init` again.' });
      case 'network':
      case 'unavailable':
        throw new OryZohoError('zoho_unavailable', answer.message, {
          hint: `Check that this machine reaches ${grant.accountsUrl}, then run \`ory-zoho init\` again with a new code.`,
        });
    }
  } finally {
    await http.close();
  }
}

function refusal(code: string, { accountsUrl, redirectUri }: CodeGrant): OryZohoError {
  const host = new URL(accountsUrl).host;
  switch (code) {
    case 'invalid_code':
      return notConnected(
        code,
        `${host} does not accept the code (invalid_code): it has expired, was used before, or belongs to another data center.`,
        redirectUri === undefined
          ? 'Generate a new code and use it before it expires. Check --data-center; it must match the API console that you use.'
          : 'Run `ory-zoho init` again.',
      );
    case 'invalid_client':
      return notConnected(
        code,
        `${host} does not know the client id (invalid_client).`,
        redirectUri === undefined
          ? 'Check the client id and --data-center; it must match the API console that you use.'
          : 'Check the client id, and in its Settings in the API console switch on Multi-DC for your data center.',
      );
    case 'invalid_client_secret':
      return notConnected(
        code,
        `${host} does not accept the client secret (invalid_client_secret).`,
        'Copy the secret of this client again. Without shared credentials each data center has its own secret.',
      );
    case 'invalid_redirect_uri':
      return notConnected(
        code,
        `${host} does not accept the redirect URI (invalid_redirect_uri).`,
        redirectUri === undefined
          ? 'Use the code of a Self Client, not one that was made for a redirect URI.'
          : `Register exactly this redirect URI: ${redirectUri}`,
      );
    default:
      return notConnected(code, `${host} refuses the code (${code}).`, 'Run `ory-zoho init` again.');
  }
}

function notConnected(code: string, message: string, hint: string): OryZohoError {
  return new OryZohoError(`zoho_${code}`, message, { hint, exitCode: 4 });
}
