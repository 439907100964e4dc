import type { RoundContext } from './context.ts';
import { keepsFields } from './work.ts';
import type { Work } from './work.ts';

/** The work once more, without these fields: Zoho has refused their values (rule 18). */
export function withoutFields(
  { hash }: Pick<RoundContext, 'hash'>,
  work: Work,
  fields: readonly string[],
): Work {
  const refusedNow = new Map(work.refusedNow);
  for (const name of fields) refusedNow.set(name, hash.refused(name, mappedField(work, name)?.value ?? null));
  return { ...work, refusedNow };
}

/** A field as it was to be sent: of an excluded identity it is one of `otherwise`. */
function mappedField(work: Work, name: string) {
  return (work.when === false && !keepsFields(work) ? work.otherwise : work.fields).get(name);
}
