import type { AccessToken } from '../accounts.ts';
import { ANSWER, consentPage } from './consent-page.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import type { Operation } from '../../call/operation.ts';
import { plainOperation } from '../../call/operation.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import { invalidUrl } from '../zoho-errors.ts';

/** The accounts server (Zoho accounts, "OAuth 2.0 web applications"): everything under `/oauth/`. */
export function accountsOperation(request: SandboxRequest, world: ZohoWorld): Operation {
  switch (`${request.method} ${request.path}`) {
    case 'POST /oauth/v2/token':
      return plainOperation('token', () => token(parametersOf(request), world));
    case 'POST /oauth/v2/token/revoke':
      return plainOperation('revoke', () => revoke(parametersOf(request), world));
    case 'GET /oauth/v2/auth':
      return plainOperation('authorize', () => authorize(request.query, world));
    case 'GET /oauth/serverinfo':
      return plainOperation('unknown', () => ({
        status: 200,
        json: { result: 'success', locations: { us: world.url() } },
      }));
    default:
      return plainOperation('unknown', invalidUrl);
  }
}

/** Parameters come in the query, as a form of either kind (Zoho's own SDKs send multipart), or in both. */
function parametersOf({ query, body, form }: SandboxRequest): URLSearchParams {
  return new URLSearchParams([...query, ...(form ?? new URLSearchParams(body))]);
}

/** Zoho answers most errors of this endpoint with HTTP 200. */
function oauthError(error: string): Reply {
  return { status: 200, json: { error } };
}

const throttledReply: Reply = {
  status: 400,
  json: {
    error_description: 'You have made too many requests continuously. Please try again after some time.',
    error: 'Access Denied',
    status: 'failure',
  },
};

function token(parameters: URLSearchParams, world: ZohoWorld): Reply {
  const { accounts } = world;
  if (parameters.get('client_id') !== accounts.clientId) return oauthError('invalid_client');
  if (parameters.get('client_secret') !== accounts.clientSecret) return oauthError('invalid_client_secret');
  switch (parameters.get('grant_type') ?? '') {
    case 'refresh_token': {
      const access = accounts.refresh(parameters.get('refresh_token') ?? '', world.clock());
      if (access === 'dead') return oauthError('invalid_code');
      return access === 'throttled' ? throttledReply : tokenReply(access, undefined, world);
    }
    case 'authorization_code': {
      const redirectUri = parameters.get('redirect_uri') ?? undefined;
      const redeemed = accounts.redeem(parameters.get('code') ?? '', redirectUri, world.clock());
      if (typeof redeemed === 'string') return oauthError(redeemed);
      return tokenReply(redeemed.access, redeemed.refreshToken, world);
    }
    default:
      return oauthError('general_error');
  }
}

function tokenReply(access: AccessToken, refreshToken: string | undefined, world: ZohoWorld): Reply {
  return {
    status: 200,
    json: {
      access_token: access.value,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      scope: access.scopes.join(' '),
      api_domain: world.url(),
      token_type: 'Bearer',
      expires_in: Math.round((access.expiresAt - world.clock()) / 1000),
    },
  };
}

function revoke(parameters: URLSearchParams, { accounts }: ZohoWorld): Reply {
  return accounts.revoke(parameters.get('token') ?? '')
    ? { status: 200, json: { status: 'success' } }
    : oauthError('invalid_token');
}

/**
 * The consent page. It is answered at once according to `settings.consent`, unless that is `ask`. A refresh
 * token requires `access_type=offline` and, because this user has consented before, `prompt=consent`.
 */
function authorize(query: URLSearchParams, world: ZohoWorld): Reply {
  const redirectUri = query.get('redirect_uri');
  if (query.get('client_id') !== world.accounts.clientId) return errorPage('Invalid Client ID');
  if (query.get('response_type') !== 'code') return errorPage('Invalid Response Type');
  if (redirectUri === null || !URL.canParse(redirectUri)) return errorPage('Invalid Redirect Uri');
  const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope !== '');
  if (scopes.length === 0 || scopes.some((scope) => !/^Zoho\w+\.[\w.]+$/.test(scope))) {
    return errorPage('Scope does not exist');
  }
  const answer = query.get(ANSWER);
  if (world.settings.consent === 'ask' && answer === null) {
    return {
      status: 200,
      contentType: 'text/html;charset=UTF-8',
      body: consentPage({ app: world.accounts.clientId, scopes, query }),
    };
  }
  const callback = new URL(redirectUri);
  if (world.settings.consent === 'deny' || answer === 'reject') {
    callback.searchParams.set('error', 'access_denied');
  } else {
    const offline = query.get('access_type') === 'offline' && query.get('prompt') === 'consent';
    callback.searchParams.set(
      'code',
      world.accounts.newCode(world.clock(), { scopes, redirectUri, offline }),
    );
    callback.searchParams.set('location', 'us');
    callback.searchParams.set('accounts-server', world.url());
  }
  const state = query.get('state');
  if (state !== null) callback.searchParams.set('state', state);
  // In practice, Zoho's callbacks end in a stray `&`.
  return { status: 302, headers: { location: `${callback.href}&` } };
}

function errorPage(title: string): Reply {
  return {
    status: 200,
    contentType: 'text/html',
    body: `<html><body><h1>An error occurred</h1>${title}</body></html>`,
  };
}
