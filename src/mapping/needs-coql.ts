import type { Mapping } from './mapping-schema.ts';

/** The line of a mapping that holds only where contacts can be looked up before they are written; null: there is none. */
export function lineThatNeedsCoql({ adopt }: Pick<Mapping, 'adopt'>): string | null {
  return adopt === 'fill' ? 'adopt: fill' : null;
}
