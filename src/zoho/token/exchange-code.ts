import { z } from 'zod';
import type { TokenClient } from './post-form.ts';
import { postGrant } from './post-form.ts';
import type { Http, HttpResult } from '../request.ts';
import { readTokenAnswer } from './token-answer.ts';

const EXCHANGE_MS = 30_000;

/** A one-time code, and the client it was made for. */
export interface CodeGrant extends TokenClient {
  readonly code: string;
  /** As the authorization request had it; none for the code of a self client. */
  readonly redirectUri?: string | undefined;
}

export type CodeAnswer =
  | {
      readonly kind: 'tokens';
      readonly refreshToken: string;
      /** Undefined where Zoho does not say. */
      readonly scopes: readonly string[] | undefined;
      /** Undefined where Zoho does not say. */
      readonly apiDomain: string | undefined;
    }
  /** An access token alone: it would be over in an hour. */
  | { readonly kind: 'no_refresh_token' }
  /** Zoho's own word: invalid_code, invalid_client, invalid_client_secret, invalid_redirect_uri, … */
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
 * Trades a one-time code for a refresh token (Zoho Accounts, "Generate Access Token and Refresh Token"). The
 * code is used up, whatever comes of it.
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

/** What the token endpoint said to a code. Its HTTP status tells nothing, as for access tokens. */
export function readCodeAnswer(answer: { readonly status: number; readonly body: unknown }): CodeAnswer {
  const token = readTokenAnswer(answer);
  switch (token.kind) {
    case 'token': {
      const { refresh_token, scope } = grantBody.parse(answer.body);
      if (refresh_token === undefined) return { kind: 'no_refresh_token' };
      // Asked for with commas, answered with blanks.
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
