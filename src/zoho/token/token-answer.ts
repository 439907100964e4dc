import { z } from 'zod';

/**
 * The token endpoint's answer. Its HTTP status means nothing (errors come with 200 and 400), so the body
 * decides. If it has no token, the word in `error` decides (Zoho Accounts, "Refresh Access Tokens").
 */
export type TokenAnswer =
  | {
      readonly kind: 'token';
      readonly accessToken: string;
      readonly lifetimeMs: number;
      /** The API host for this token, if Zoho says so. */
      readonly apiDomain: string | undefined;
    }
  /** More than 10 access tokens in 10 minutes for this refresh token. More requests prolong the block. */
  | { readonly kind: 'throttled' }
  /** The refresh token or the client is not valid. Asking again does not help. */
  | { readonly kind: 'dead'; readonly code: string }
  | { readonly kind: 'unavailable'; readonly message: string };

const DEFAULT_LIFETIME_S = 3_600;
const DAY_S = 86_400;

const tokenBody = z.object({
  // Only characters that a header may have: no blanks, no control characters.
  access_token: z.string().regex(/^[!-~]+$/),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  expires_in_sec: z.coerce.number().positive().optional().catch(undefined),
  api_domain: z.string().optional().catch(undefined),
});

const errorBody = z.object({ error: z.string() });

const DEAD_CODES: ReadonlySet<string> = new Set(['invalid_code', 'invalid_client', 'invalid_client_secret']);

/** Reads the answer of the token endpoint. */
export function readTokenAnswer(answer: { readonly status: number; readonly body: unknown }): TokenAnswer {
  const token = tokenBody.safeParse(answer.body);
  if (token.success) {
    const { access_token, expires_in, expires_in_sec, api_domain } = token.data;
    // The older form has the seconds in expires_in_sec, and milliseconds in expires_in.
    const seconds = expires_in_sec ?? expires_in ?? DEFAULT_LIFETIME_S;
    const lifetimeMs = seconds > DAY_S ? seconds : seconds * 1_000;
    return { kind: 'token', accessToken: access_token, lifetimeMs, apiDomain: api_domain };
  }
  const error = errorBody.safeParse(answer.body);
  const code = error.success ? error.data.error : '';
  if (answer.status === 429 || /^access[ _]denied$/i.test(code)) return { kind: 'throttled' };
  if (DEAD_CODES.has(code)) return { kind: 'dead', code };
  const what = code === '' ? '' : `, ${code.slice(0, 100)}`;
  return { kind: 'unavailable', message: `Zoho gave no access token (HTTP ${answer.status}${what}).` };
}
