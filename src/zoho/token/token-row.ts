/**
 * The rules of the shared token row, pure. States of a row, in the order they are looked at:
 *
 *   dead        the refresh token or the client is refused: asked again by each process once, and later (see `nextStep`)
 *   usable      a token that has not ended
 *   throttled   Zoho said so, or 9 tokens were asked for in 10 minutes: wait
 *   refreshing  another process asks just now: wait for it, at most its lease
 *   free        this process may ask: it takes the lease and counts the attempt first
 */
import type { TokenRow } from '../../model/token-cache.ts';

/** How long a process may take to fetch a token before another one tries. */
const LEASE_MS = 15_000;
const MINUTE = 60_000;
/** A refresh token that was refused is asked with again once in this time, by one of all processes. */
const DEAD_MS = 60 * MINUTE;
/**
 * Zoho gives 10 access tokens for a refresh token in 10 minutes; one is left for other tools of the customer.
 */
const WINDOW_MS = 10 * MINUTE;
const MOST_ATTEMPTS = 9;
/** A token counts as ended this long before it does, so that no call starts with one that dies on the way. */
const EARLY_MS = MINUTE;
/** What the clocks of two machines may differ by. */
const CLOCKS_DIFFER_MS = MINUTE;

/** Before anything was asked for. */
export const EMPTY_ROW: TokenRow = {
  sealed: null,
  expiresAt: 0,
  accepted: false,
  attempts: [],
  blockedUntil: 0,
  dead: null,
  refreshing: null,
};

export type TokenStep =
  | { readonly kind: 'dead'; readonly code: string }
  | { readonly kind: 'use'; readonly token: string; readonly expiresAt: number; readonly accepted: boolean }
  | { readonly kind: 'throttled'; readonly waitMs: number }
  | { readonly kind: 'wait'; readonly waitMs: number }
  /** The row to store before asking. */
  | { readonly kind: 'refresh'; readonly row: TokenRow };

/**
 * What a process that needs a token does now.
 * @param token the row's token, undefined when there is none that this process can open
 * @param process its name; `wasTold`: Zoho has told it, since it started, that the connection is dead;
 *   `sawDead`: lately. Each process finds out for itself: a client's secret may have been set right, and what
 *   Zoho once said of a refresh token may have passed. After that a refused client is asked with again by
 *   each process, a refused refresh token once an hour.
 */
export function nextStep(
  row: TokenRow,
  token: string | undefined,
  now: number,
  process: { readonly name: string; readonly sawDead: boolean; readonly wasTold: boolean },
): TokenStep {
  const rests = row.dead === 'invalid_code' ? process.wasTold && wasRefusedLately(row, now) : process.sawDead;
  if (row.dead !== null && rests) {
    return { kind: 'dead', code: row.dead };
  }
  if (token !== undefined && row.expiresAt > now) {
    return { kind: 'use', token, expiresAt: row.expiresAt, accepted: row.accepted };
  }
  const blockedMs = row.blockedUntil - now;
  if (isAhead(blockedMs, 2 * WINDOW_MS)) return { kind: 'throttled', waitMs: blockedMs };
  const refreshingMs = (row.refreshing?.until ?? 0) - now;
  if (isAhead(refreshingMs, LEASE_MS)) return { kind: 'wait', waitMs: refreshingMs };
  const attempts = recentAttempts(row, now);
  const oldest = attempts[0];
  if (oldest !== undefined && attempts.length >= MOST_ATTEMPTS) {
    return { kind: 'throttled', waitMs: oldest + WINDOW_MS - now };
  }
  const refreshing = { by: process.name, until: now + LEASE_MS };
  return { kind: 'refresh', row: { ...row, attempts: [...attempts, now], refreshing } };
}

/** The row with a fresh token; the lease is given back. */
export function withToken(row: TokenRow, sealed: string, lifetimeMs: number, now: number): TokenRow {
  const expiresAt = now + lifetimeMs - Math.min(EARLY_MS, lifetimeMs / 10);
  return { ...row, sealed, expiresAt, accepted: false, blockedUntil: 0, dead: null, refreshing: null };
}

/** Zoho throttles: ten minutes, and longer when the last thing it said was the same. */
export function throttled(row: TokenRow, now: number): TokenRow {
  const blockedUntil = now + (row.blockedUntil === 0 ? WINDOW_MS : 2 * WINDOW_MS);
  return { ...row, blockedUntil, refreshing: null };
}

/** The row of a connection that Zoho refuses; the lease is given back. */
export function dead(row: TokenRow, code: string, now: number): TokenRow {
  return { ...row, sealed: null, expiresAt: 0, dead: code, deadAt: now, refreshing: null };
}

/** The lease is given back without a token. An attempt that can not have reached Zoho does not count. */
export function released(row: TokenRow, process: string, counts: boolean): TokenRow {
  const attempts = counts ? row.attempts : row.attempts.slice(0, -1);
  return row.refreshing?.by === process ? { ...row, attempts, refreshing: null } : row;
}

/**
 * After a 401: the row without its token, so that a new one is fetched; undefined when it has to stay. A
 * token that no call ever accepted is not replaced: the next would be refused as well, and they are rationed.
 * Only when none was asked for in a while, one more is tried, as a token can also be revoked before its first
 * use.
 */
export function withoutToken(row: TokenRow, accepted: boolean, now: number): TokenRow | undefined {
  if (!row.accepted && !accepted && recentAttempts(row, now).length > 0) return undefined;
  return { ...row, sealed: null, expiresAt: 0, accepted: false };
}

/** What lies further ahead than it can was written before the clock was set back: it is over. */
function isAhead(ms: number, atMost: number): boolean {
  return ms > 0 && ms <= atMost + CLOCKS_DIFFER_MS;
}

/** A moment in the future is of a clock that was set back since then. */
function wasRefusedLately({ deadAt = 0 }: TokenRow, now: number): boolean {
  return deadAt <= now && now < deadAt + DEAD_MS;
}

/** Attempts in the future were made before the clock was set back; when, is not known. */
function recentAttempts(row: TokenRow, now: number): readonly number[] {
  return row.attempts.filter((at) => at > now - WINDOW_MS && at <= now + CLOCKS_DIFFER_MS);
}
