import type { RoundContext } from '../work/round-context.ts';
import { withRefused } from '../work/work-steps.ts';
import { keepsFields } from '../work/work.ts';
import type { Work } from '../work/work.ts';

/** The work without these fields, because Zoho has refused their values (rule 18). */
export function withoutFields(
  { hash }: Pick<RoundContext, 'hash'>,
  work: Work,
  fields: readonly string[],
): Work {
  return withRefused(
    work,
    fields.map((name) => [name, hash.refused(name, mappedField(work, name)?.value ?? null)]),
  );
}

/** The mapped field that was to be sent. For an excluded identity it comes from `otherwise`. */
function mappedField(work: Work, name: string) {
  return (work.when === false && !keepsFields(work) ? work.otherwise : work.fields).get(name);
}
