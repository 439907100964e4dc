import { derive } from '../../mapping/derived/derived.ts';
import type { Forecast } from '../../sync/forecast/forecast.ts';
import { actionOf, contactIdOf, reasonOf } from '../../sync/forecast/forecast-outcome.ts';
import { FIELD_WORDS } from '../parts/forecast/forecast-words.ts';

/** One line of `mapping preview --json`, with the words of `sync --json`. Unknown values are left out. */
export function previewJson({ identity, outcome, fields }: Forecast, notes: readonly string[]): string {
  return JSON.stringify({
    email: derive(identity).email ?? null,
    identity_id: identity.id,
    contact_id: contactIdOf(outcome),
    action: actionOf(outcome),
    reason: reasonOf(outcome),
    adopted: 'foundBy' in outcome && outcome.foundBy === 'email',
    fields: fields.map(({ name, would, why, value, has, cutFrom, problem }) => ({
      name,
      state: FIELD_WORDS[would].replace(' ', '_'),
      value,
      has,
      why,
      cut_from: cutFrom,
      problem,
    })),
    notes,
  });
}

/** The line for an email or id without an identity. */
export function notFoundJson(email: string | null, id: string | null): string {
  const nothing = { contact_id: null, reason: null, adopted: false, fields: [], notes: [] };
  return JSON.stringify({ email, identity_id: id, action: 'not_found', ...nothing });
}
