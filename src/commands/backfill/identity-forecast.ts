import { derive } from '../../mapping/derived/derived.ts';
import type { Identity } from '../../model/identity.ts';
import type { Forecast } from '../../sync/forecast.ts';
import { actionOf, contactIdOf, reasonOf } from '../../sync/forecast/outcome.ts';
import type { ForecastAction } from '../../sync/forecast/outcome.ts';

/** What would become of one identity: a line of `backfill --dry-run --json`. */
export interface IdentityForecast {
  readonly identity_id: string;
  readonly email: string | null;
  readonly action: ForecastAction;
  /** Why it would be skipped, or fail. */
  readonly reason: string | null;
  readonly contact_id: string | null;
  /** The contact was there before and is not ours yet. */
  readonly adopted: boolean;
  /** API names of the fields that would be written. */
  readonly fields: readonly string[];
}

export function identityForecast({ identity, outcome, fields }: Forecast): IdentityForecast {
  const written = fields.filter(({ would }) => would === 'write' || would === 'clear');
  return {
    identity_id: identity.id,
    email: derive(identity).email ?? null,
    action: actionOf(outcome),
    reason: reasonOf(outcome),
    contact_id: contactIdOf(outcome),
    adopted: 'foundBy' in outcome && outcome.foundBy === 'email',
    fields: outcome.would === 'create' || outcome.would === 'update' ? written.map(({ name }) => name) : [],
  };
}

/** Of an identity in which nothing has changed: it counts as what it was (rule 25). */
export function countedForecast(
  identity: Identity,
  action: ForecastAction,
  reason: string | null,
): IdentityForecast {
  const nothing = { contact_id: null, adopted: false, fields: [] };
  return { identity_id: identity.id, email: derive(identity).email ?? null, action, reason, ...nothing };
}
