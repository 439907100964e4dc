import { derive } from '../../mapping/derived/derived.ts';
import type { Foreseen } from '../../sync/forecast/all-identities.ts';
import { actionOf, contactIdOf, reasonOf } from '../../sync/forecast/forecast-outcome.ts';
import type { ForecastAction } from '../../sync/forecast/forecast-outcome.ts';

/** The forecast for one identity: a line of `backfill --dry-run --json`. */
export interface IdentityForecast {
  readonly identity_id: string;
  readonly email: string | null;
  readonly action: ForecastAction;
  /** Why it would be skipped or fail. */
  readonly reason: string | null;
  readonly contact_id: string | null;
  /** Whether an existing contact would be adopted. */
  readonly adopted: boolean;
  /** API names of the fields that would be written. */
  readonly fields: readonly string[];
}

export function identityForecast(one: Foreseen): IdentityForecast {
  const { identity } = one.is === 'counted' ? one : one.forecast;
  return { identity_id: identity.id, email: derive(identity).email ?? null, ...expected(one) };
}

function expected(one: Foreseen): Omit<IdentityForecast, 'identity_id' | 'email'> {
  if (one.is === 'counted') {
    const { outcome, reason, matched } = one;
    return { action: outcome, reason, contact_id: matched, adopted: false, fields: [] };
  }
  const { outcome, fields } = one.forecast;
  const written = fields.filter(({ would }) => would === 'write' || would === 'clear');
  return {
    action: actionOf(outcome),
    reason: reasonOf(outcome),
    contact_id: contactIdOf(outcome),
    adopted: 'foundBy' in outcome && outcome.foundBy === 'email',
    fields: outcome.would === 'create' || outcome.would === 'update' ? written.map(({ name }) => name) : [],
  };
}
