import type { IntakeHealth, ProcessHealth, ReadsHealth } from '../../store/live-processes.ts';
import type { ZohoStats } from '../../zoho/client.ts';
import type { ConnectionState } from '../pace/connection.ts';

/**
 * The state of delivery, for other processes to show.
 * @param reads why reads from Ory wait; null if they do not
 * @param now the present time, both by the clock of the connection and in ms since 1970
 * @param intake why webhooks are not taken in; null if they are, or if this process takes none
 */
export function processHealth(
  state: ConnectionState,
  stats: ZohoStats,
  reads: ReadsHealth | null,
  now: { readonly monotonic: number; readonly utc: number },
  intake: IntakeHealth | null = null,
): ProcessHealth {
  return {
    connection: state.phase,
    paused: pausedOf(state, now),
    credits_remaining: stats.creditsRemaining ?? null,
    calls: stats.inFlight,
    concurrency: stats.limit,
    token_expires_at: stats.tokenExpiresAt ?? null,
    reads,
    intake,
  };
}

function pausedOf(
  state: ConnectionState,
  { monotonic, utc }: { readonly monotonic: number; readonly utc: number },
): ProcessHealth['paused'] {
  if (state.phase === 'open') return null;
  const until = state.phase === 'paused' ? Math.round(utc + state.until - monotonic) : null;
  return { reason: state.reason, until };
}
