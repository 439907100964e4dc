import type { PauseReason } from '../../model/pause.ts';

/** The access token is refused: nothing was done, and another token may do. */
export const TOKEN_CODES: ReadonlySet<string> = new Set([
  'INVALID_TOKEN',
  'INVALID_OAUTHTOKEN',
  'AUTHENTICATION_FAILURE',
  'UNAUTHORIZED',
]);

/** Too many calls just now. */
export const TOO_MANY_CODES: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'RATE_LIMIT_EXCEEDED']);

/** Codes of a whole call that no record is to blame for. */
export const PAUSE_CODES: ReadonlyMap<string, PauseReason> = new Map([
  ['INVALID_MODULE', 'invalid_module'],
  ['INVALID_URL_PATTERN', 'invalid_url'],
  ['OAUTH_SCOPE_MISMATCH', 'scope'],
  ['NO_PERMISSION', 'no_permission'],
  ['AUTHORIZATION_FAILED', 'no_permission'],
]);
