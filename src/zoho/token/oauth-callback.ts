import { createHash, timingSafeEqual } from 'node:crypto';
import { DATA_CENTERS, dataCenterOfAccounts, resolveHosts } from '../data-center.ts';

/** What a request to the redirect URI means. */
export type OAuthCallback =
  | { readonly kind: 'code'; readonly code: string; readonly accountsUrl: string }
  /** It does not answer our request. It may come from an old tab, or be an attempt to plant a code. */
  | { readonly kind: 'wrong_state' }
  /** The user refused (`access_denied`), or Zoho did. `error` is Zoho's code. */
  | { readonly kind: 'refused'; readonly error: string }
  /** It names an accounts server that is not on the table. Secrets must not go there. */
  | { readonly kind: 'foreign_host'; readonly host: string }
  | { readonly kind: 'no_code' };

/**
 * Reads the callback of an authorization (Zoho Accounts, "Multi-DC"). A user who starts at the wrong data
 * center is redirected to the account's own. `accounts-server` (or else `location`) says where the code is
 * valid.
 * @param sent the state and the accounts server of the authorization request
 */
export function readCallback(
  query: URLSearchParams,
  sent: { readonly state: string; readonly accountsUrl: string },
): OAuthCallback {
  if (!sameText(query.get('state') ?? '', sent.state)) return { kind: 'wrong_state' };
  const error = query.get('error');
  if (error !== null) return { kind: 'refused', error: error.replaceAll(/\W+/g, ' ').slice(0, 60) };
  const accountsUrl = accountsServer(query, sent.accountsUrl);
  if (accountsUrl === undefined) {
    const named = query.get('accounts-server') ?? query.get('location') ?? '';
    return { kind: 'foreign_host', host: named.replaceAll(/[^\w.:/-]+/g, ' ').slice(0, 100) };
  }
  const code = query.get('code') ?? '';
  return code === '' ? { kind: 'no_code' } : { kind: 'code', code, accountsUrl };
}

/** The accounts server that the callback names. Undefined if it is not one of Zoho's. */
function accountsServer(query: URLSearchParams, startedAt: string): string | undefined {
  const server = query.get('accounts-server');
  const location = query.get('location');
  if (server !== null) {
    const origin = URL.canParse(server) ? new URL(server).origin : undefined;
    // A stand-in on this machine may only name itself.
    if (dataCenterOfAccounts(startedAt) === undefined) return origin === startedAt ? origin : undefined;
    return origin !== undefined && dataCenterOfAccounts(origin) !== undefined ? origin : undefined;
  }
  if (location === null || dataCenterOfAccounts(startedAt) === undefined) return startedAt;
  const dataCenter = DATA_CENTERS.find((name) => name === location);
  return dataCenter === undefined ? undefined : resolveHosts({ dataCenter }).accountsUrl;
}

/** Compares in constant time. The lengths may differ. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
