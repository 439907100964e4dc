import type { PauseReason } from '../../model/pause.ts';

/** Zoho refused the access token. Nothing was done, and another token may work. */
export const TOKEN_CODES: ReadonlySet<string> = new Set([
  'INVALID_TOKEN',
  'INVALID_OAUTHTOKEN',
  'AUTHENTICATION_FAILURE',
  'UNAUTHORIZED',
]);

/** Too many calls at the moment. */
export const TOO_MANY_CODES: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'RATE_LIMIT_EXCEEDED']);

/** Errors of a whole call that no record has caused. */
export const PAUSE_CODES: ReadonlyMap<string, PauseReason> = new Map([
  ['INVALID_MODULE', 'invalid_module'],
  ['INVALID_URL_PATTERN', 'invalid_url'],
  // The API host is of another data center than the connection.
  ['INVALID_HOST', 'invalid_url'],
  ['OAUTH_SCOPE_MISMATCH', 'scope'],
  ['NO_PERMISSION', 'no_permission'],
  ['AUTHORIZATION_FAILED', 'no_permission'],
]);

/** Errors of a record that are about the organization, even if other records were written. */
export const ORG_CODES: ReadonlySet<string> = new Set(['STORAGE_SPACE_EXCEEDED']);
