import type { AdoptPolicy } from '../../model/policy.ts';
import type { Mapping } from './mapping-schema.ts';

/** Whether a policy holds only where contacts can be looked up before they are written. */
export function looksFirst(adopt: AdoptPolicy): boolean {
  switch (adopt) {
    case 'overwrite':
      return false;
    case 'fill':
      return true;
  }
}

/**
 * The line of a mapping that holds only where contacts can be looked up before they are written; null: there
 * is none.
 */
export function lineThatNeedsCoql({
  adopt,
  adopt_unverified,
}: Pick<Mapping, 'adopt' | 'adopt_unverified'>): string | null {
  if (looksFirst(adopt)) return `adopt: ${adopt}`;
  return adopt_unverified === false ? 'adopt_unverified: false' : null;
}
