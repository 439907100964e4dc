import { z } from 'zod';
import type { TokenClient } from './post-form.ts';
import { postGrant } from './post-form.ts';
import type { Http, HttpResult } from '../request.ts';
import { readTokenAnswer } from './token-answer.ts';

const EXCHANGE_MS = 30_000;

/** A one-time code, and the client that it was made for. */
export interface CodeGrant extends TokenClient {
  readonly code: string;
  /** The same as in the authorization request. The code of a self client has none. */
  readonly redirectUri?: string | undefined;
}

export type CodeAnswer =
  | {
      readonly kind: 'tokens';
      readonly refreshToken: string;
      /** Undefined if Zoho does not say. */
      readonly scopes: readonly string[] | undefined;
      /** Undefined if Zoho does not say. */
      readonly apiDomain: string | undefined;
    }
  /** Only an access token came, which would expire in an hour. */
  | { readonly kind: 'no_refresh_token' }
  /** Zoho's code: invalid_code, invalid_client, invalid_client_secret, invalid_redirect_uri, … */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'unavailable'; readonly message: string };

const grantBody = z.object({
  refresh_token: z
    .string()
    .regex(/^[!-~]+$/)
    .optional()
    .catch(undefined),
  scope: z.string().optional().catch(undefined),
});

const refusal = z.object({ error: z.string().regex(/^invalid_\w{1,60}$/) });

/**
 * Exchanges a one-time code for a refresh token (Zoho Accounts, "Generate Access Token and Refresh Token").
 * The code is used up even if this fails.
 */
export function exchangeCode(
  http: Http,
  { code, redirectUri, ...client }: CodeGrant,
  signal?: AbortSignal,
): Promise<CodeAnswer | Exclude<HttpResult, { kind: 'response' }>> {
  const redirect = redirectUri === undefined ? {} : { redirect_uri: redirectUri };
  const grant = { grant_type: 'authorization_code', code, ...redirect };
  return postGrant(http, client, grant, { timeoutMs: EXCHANGE_MS, signal }, readCodeAnswer);
}

/** Reads the token endpoint's answer to a code. As for access tokens, the HTTP status means nothing. */
export function readCodeAnswer(answer: { readonly status: number; readonly body: unknown }): CodeAnswer {
  const token = readTokenAnswer(answer);
  switch (token.kind) {
    case 'token': {
      const { refresh_token, scope } = grantBody.parse(answer.body);
      if (refresh_token === undefined) return { kind: 'no_refresh_token' };
      // The request has commas between the scopes, the answer has blanks.
      const scopes = scope?.split(/[\s,]+/).filter((name) => name !== '');
      return { kind: 'tokens', refreshToken: refresh_token, scopes, apiDomain: token.apiDomain };
    }
    case 'dead':
      return { kind: 'refused', code: token.code };
    case 'throttled':
      return token;
    case 'unavailable': {
      const refused = refusal.safeParse(answer.body);
      return refused.success ? { kind: 'refused', code: refused.data.error } : token;
    }
  }
}
