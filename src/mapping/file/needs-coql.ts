import type { AdoptPolicy } from '../../model/policy.ts';
import type { Mapping } from './mapping-schema.ts';

/** Whether a policy needs a look-up of contacts before they are written. */
export function looksFirst(adopt: AdoptPolicy): boolean {
  switch (adopt) {
    case 'overwrite':
      return false;
    case 'fill':
      return true;
  }
}

/** The line of a mapping that needs a look-up of contacts before they are written. Null if there is none. */
export function lineThatNeedsCoql({
  adopt,
  adopt_unverified,
}: Pick<Mapping, 'adopt' | 'adopt_unverified'>): string | null {
  if (looksFirst(adopt)) return `adopt: ${adopt}`;
  return adopt_unverified === false ? 'adopt_unverified: false' : null;
}
