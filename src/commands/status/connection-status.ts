/** The state of the connection to Zoho, from the processes and the shared token. */
import { isPauseReason, needsAPerson } from '../../model/pause.ts';
import type { TokenRow } from '../../model/token-cache.ts';
import type { ProcessRow } from '../../store/live-processes.ts';

export interface Pause {
  readonly reason: string;
  /** ms since 1970; null if not known. */
  readonly until: number | null;
}

export interface ConnectionStatus {
  /**
   * `dead`: nothing is delivered until a person fixes the cause. `unknown`: no process has called Zoho
   * lately.
   */
  readonly state: 'ok' | 'dead' | 'unknown';
  /** ms since 1970; null if there is no access token. */
  readonly tokenExpiresAt: number | null;
  readonly paused: Pause | null;
}

/**
 * @param processes alive on the store
 * @param token the row of the configured connection; undefined: none
 * @param now ms since 1970
 */
export function judgeConnection(
  processes: readonly ProcessRow[],
  token: TokenRow | undefined,
  now: number,
): ConnectionStatus {
  const healths = processes.flatMap(({ health }) => health ?? []);
  const pauses = healths.flatMap(({ paused }) => paused ?? []);
  const grave = pauses.find(({ reason }) => isPauseReason(reason) && needsAPerson(reason));
  const refused = token?.dead == null ? undefined : { reason: 'token_dead', until: null };
  const ends = [token?.expiresAt ?? 0, ...healths.map((health) => health.token_expires_at ?? 0)];
  const tokenExpiresAt = Math.max(...ends) || null;
  const paused = grave ?? refused ?? pauses[0] ?? null;
  if (grave !== undefined || refused !== undefined) return { state: 'dead', tokenExpiresAt, paused };
  const proven =
    healths.some((health) => health.token_expires_at !== null) ||
    (token?.accepted === true && token.expiresAt > now);
  return { state: proven ? 'ok' : 'unknown', tokenExpiresAt, paused };
}
