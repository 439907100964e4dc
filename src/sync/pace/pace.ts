/** The time and size rules of delivery: rules 13 to 15 and 21. Pure. Every duration is in ms. */
import type { PauseReason } from '../../model/pause.ts';

/** How many records one call to Zoho may have (Zoho CRM API, Upsert Records). */
export const BATCH_AT_MOST = 100;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Rule 15: a round starts at once if no call is under way. Otherwise a full batch must be due, or the oldest
 * row must have waited a second.
 */
export function mayStartRound(
  due: { rows: number; oldestMs: number },
  underWay: number,
  limit: number,
): boolean {
  if (due.rows === 0 || underWay >= limit) return false;
  return underWay === 0 || due.rows >= BATCH_AT_MOST || due.oldestMs >= SECOND;
}

/** After so many failures in a row, the trouble lasts, and probes are rarer. */
const LASTING = 60;

/** How many records a probe has. Zoho charges one credit for up to ten ("API Limits"). */
export const PROBE_AT_MOST = 10;

/**
 * How many rows a round has after a pause, until Zoho has written a record. One query looks up 50 of them.
 */
export const TESTED_AT_MOST = 50;

function doubling(failures: number, atMostMs: number): number {
  return Math.min(atMostMs, SECOND * 2 ** (failures - 1));
}

/**
 * Rule 13: how long the connection pauses after its `failures`-th failure in a row (1 = the first). Tries that
 * cost much make it longer (`Allowance`).
 */
export function pauseMs(reason: PauseReason, failures: number, waitMs: number | undefined): number {
  switch (reason) {
    case 'rate_limit':
      return Math.max(waitMs ?? 0, doubling(failures, 10 * SECOND));
    case 'network':
    case 'zoho_unavailable':
      if (failures > 2 * LASTING) return Math.max(waitMs ?? 0, 2 * MINUTE);
      return Math.max(waitMs ?? 0, failures > LASTING ? MINUTE : doubling(failures, 10 * SECOND));
    case 'credits':
      return waitMs ?? 15 * MINUTE;
    case 'token_throttled':
      return waitMs ?? 10 * MINUTE;
    case 'token_dead':
      // Short, because the probe is what notices a new refresh token.
      return 10 * SECOND;
    case 'wrong_host_or_scope':
    case 'scope':
    case 'invalid_url':
      return MINUTE;
    case 'no_permission':
    case 'invalid_module':
    case 'request_refused':
      return Math.max(waitMs ?? 0, failures > LASTING ? 5 * MINUTE : doubling(failures, MINUTE));
    case 'wrong_org':
    case 'ory_id_field':
      return failures > LASTING ? 5 * MINUTE : MINUTE;
  }
}

/**
 * Rule 13: when a record that Zoho answers with "later" is due again. A quarter of jitter spreads the rows.
 */
export function laterMs(attempts: number, random: number): number {
  const backoff = Math.min(HOUR, 30 * SECOND * 2 ** attempts);
  return Math.round(backoff * (0.75 + random / 2));
}

/** Rule 13: a record that stays locked or unapproved for this long fails. */
export function isTooLate(laterSince: number | null, now: number): boolean {
  return laterSince !== null && now - laterSince > 7 * DAY;
}

/** Rule 21: how often an identity checks whether the owner of its contact has settled, and for how long. */
export const OWNER_POLL_MS = 5 * SECOND;
export function isOwnerWaitOver(waitsSince: number | null, now: number): boolean {
  return waitsSince !== null && now - waitsSince > 15 * MINUTE;
}

/** Rule 14: the maximum size of the row's batch, by its strikes and earlier halvings. */
export function batchLimitOf(row: { strikes: number; batchLimit: number }): number {
  return row.strikes >= 2 ? Math.min(row.batchLimit, BATCH_AT_MOST / 2) : row.batchLimit;
}

/** Rule 14: half of a batch. */
export function halved(size: number): number {
  return Math.max(1, Math.floor(size / 2));
}

/** Rule 14: a record that keeps failing alone is tried less and less often. */
export function poisonMs(strikes: number): number {
  return Math.min(10 * MINUTE, SECOND * 2 ** strikes);
}

/** Rule 14: ten strikes over an hour or more, alone. */
export function isPoison(row: { strikes: number; firstStrikeAt: number | null }, now: number): boolean {
  return row.strikes >= 10 && row.firstStrikeAt !== null && now - row.firstStrikeAt >= HOUR;
}
