/**
 * The rules of the shared token row, as pure functions. The states of a row, in the order in which they are
 * checked:
 *
 *   dead        the refresh token or the client is refused: each process asks once, then rarely (`nextStep`)
 *   usable      it has a token that has not expired
 *   throttled   Zoho said so, or 9 tokens were asked for in 10 minutes: wait
 *   refreshing  another process is asking: wait for it, at most as long as its lease
 *   free        this process may ask: it first takes the lease and counts the attempt
 */
import type { TokenRow } from '../../model/token-cache.ts';

/** How long a process may take to fetch a token before another one tries. */
const LEASE_MS = 15_000;
const MINUTE = 60_000;
/** Only one process tries a refused refresh token again in this time. */
const DEAD_MS = 60 * MINUTE;
/**
 * Zoho gives 10 access tokens for a refresh token in 10 minutes. One is left for other tools of the customer.
 */
const WINDOW_MS = 10 * MINUTE;
const MOST_ATTEMPTS = 9;
/** A token counts as expired this long before it really is, so that it does not expire during a call. */
const EARLY_MS = MINUTE;
/** How far the clocks of two machines may differ. */
const CLOCKS_DIFFER_MS = MINUTE;

/** The row before the first attempt. */
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
  /** Must be stored before the process asks Zoho. */
  | { readonly kind: 'refresh'; readonly row: TokenRow };

/**
 * Decides what a process that needs a token does now.
 * @param token the row's token, undefined if there is none that this process can open
 * @param process its name. `wasTold`: Zoho has told it since it started that the connection is dead.
 *   `sawDead`: Zoho has told it so lately. Each process asks Zoho once on its own, because the client's
 *   secret may have been corrected, and Zoho may accept the refresh token again. After that, each process
 *   tries a refused client again, and one process tries a refused refresh token once an hour.
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

/** The row with a new token. The lease is released. */
export function withToken(row: TokenRow, sealed: string, lifetimeMs: number, now: number): TokenRow {
  const expiresAt = now + lifetimeMs - Math.min(EARLY_MS, lifetimeMs / 10);
  return { ...row, sealed, expiresAt, accepted: false, blockedUntil: 0, dead: null, refreshing: null };
}

/** Zoho throttles. The wait is ten minutes, and longer if the answer before was the same. */
export function throttled(row: TokenRow, now: number): TokenRow {
  const blockedUntil = now + (row.blockedUntil === 0 ? WINDOW_MS : 2 * WINDOW_MS);
  return { ...row, blockedUntil, refreshing: null };
}

/** The row of a connection that Zoho refuses. The lease is released. */
export function dead(row: TokenRow, code: string, now: number): TokenRow {
  return { ...row, sealed: null, expiresAt: 0, dead: code, deadAt: now, refreshing: null };
}

/** The lease is released without a token. An attempt that cannot have reached Zoho does not count. */
export function released(row: TokenRow, process: string, counts: boolean): TokenRow {
  const attempts = counts ? row.attempts : row.attempts.slice(0, -1);
  return row.refreshing?.by === process ? { ...row, attempts, refreshing: null } : row;
}

/**
 * The row without its token after a 401, so that a new one is fetched. Undefined if the token has to stay. A
 * token that no call ever accepted is not replaced: the next one would be refused as well, and Zoho limits
 * their number. Only if none was asked for in a while, one more is tried, because a token can also be revoked
 * before its first use.
 */
export function withoutToken(row: TokenRow, accepted: boolean, now: number): TokenRow | undefined {
  if (!row.accepted && !accepted && recentAttempts(row, now).length > 0) return undefined;
  return { ...row, sealed: null, expiresAt: 0, accepted: false };
}

/** A time further ahead than possible was written before the clock was set back. It counts as over. */
function isAhead(ms: number, atMost: number): boolean {
  return ms > 0 && ms <= atMost + CLOCKS_DIFFER_MS;
}

/** A time in the future was written before the clock was set back. */
function wasRefusedLately({ deadAt = 0 }: TokenRow, now: number): boolean {
  return deadAt <= now && now < deadAt + DEAD_MS;
}

/**
 * Attempts in the future were made before the clock was set back. Their real time is not known, so they do
 * not count.
 */
function recentAttempts(row: TokenRow, now: number): readonly number[] {
  return row.attempts.filter((at) => at > now - WINDOW_MS && at <= now + CLOCKS_DIFFER_MS);
}
