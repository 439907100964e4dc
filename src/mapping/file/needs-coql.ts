import type { Mapping } from './mapping-schema.ts';

/** The line of a mapping that holds only where contacts can be looked up before they are written; null: there is none. */
export function lineThatNeedsCoql({
  adopt,
  adopt_unverified,
}: Pick<Mapping, 'adopt' | 'adopt_unverified'>): string | null {
  if (adopt === 'fill') return 'adopt: fill';
  return adopt_unverified === false ? 'adopt_unverified: false' : null;
}
