import { z } from 'zod';
import { postForm } from './post-form.ts';
import type { ZohoHosts } from '../data-center.ts';
import type { Http, HttpResult } from '../request.ts';

const REVOKE_MS = 15_000;

export type Revocation =
  | { readonly kind: 'revoked' }
  /** Zoho does not know the token. It was revoked before, or it never existed. */
  | { readonly kind: 'unknown_token' }
  /** We do not know whether the token still works. The message holds no secret. */
  | { readonly kind: 'failed'; readonly message: string };

const success = z.object({ status: z.literal('success') });
const refusal = z.object({ error: z.string() });

const UNKNOWN_TOKEN: ReadonlySet<string> = new Set(['invalid_token', 'invalid_code']);

/**
 * Revokes a refresh token and its access tokens (Zoho Accounts, "Revoke Refresh Token"). Zoho documents the
 * token in the query, where proxies log it. So the token first goes in the body, as for the token endpoint.
 * It goes in the query only if Zoho does not take the body. A token in a proxy's log is then a revoked one.
 */
export async function revokeToken(http: Http, hosts: ZohoHosts, refreshToken: string): Promise<Revocation> {
  const url = `${hosts.accountsUrl}/oauth/v2/token/revoke`;
  const fields = { token: refreshToken };
  const within = { timeoutMs: REVOKE_MS };
  const inBody = outcomeOf(await postForm(http, url, fields, within));
  if (inBody.kind !== 'refused') return settled(inBody);
  return settled(
    outcomeOf(await postForm(http, `${url}?${new URLSearchParams(fields).toString()}`, {}, within)),
  );
}

type Outcome =
  | { readonly kind: 'revoked' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

function outcomeOf(result: HttpResult): Outcome {
  if (result.kind !== 'response') return { kind: 'failed', message: result.message };
  if (success.safeParse(result.body).success) return { kind: 'revoked' };
  const code = refusal.safeParse(result.body).data?.error ?? '';
  const said = code === '' ? '' : `, ${code.slice(0, 100)}`;
  const message = `Zoho answered HTTP ${result.status}${said}.`;
  return result.status >= 500 ? { kind: 'failed', message } : { kind: 'refused', code, message };
}

function settled(outcome: Outcome): Revocation {
  if (outcome.kind !== 'refused') return outcome;
  return UNKNOWN_TOKEN.has(outcome.code)
    ? { kind: 'unknown_token' }
    : { kind: 'failed', message: outcome.message };
}
