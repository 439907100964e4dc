import { DERIVED_NAMES } from '../../mapping/derived/derived.ts';
import type { Json } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Identity } from '../../model/identity.ts';

/** A value is not searched for deeper than this. */
const MAX_DEPTH = 8;

/**
 * Where a field's value comes from, for the user: for example `traits.phone` if `phone` stands for that trait
 * in this identity, else the mapping's expression.
 * @param derived the value of the expression; undefined or null if it has none
 */
export function sourceOf(expression: string, identity: Identity, derived: unknown): string {
  const isName = DERIVED_NAMES.some((name) => name === expression);
  if (!isName || typeof derived !== 'string') return expression;
  return pathOf(derived, identity.traits, 'traits', MAX_DEPTH) ?? expression;
}

/** The path of a text in a value; undefined if the exact text is not there. */
function pathOf(text: string, value: Json | undefined, path: string, levels: number): string | undefined {
  if (value === text) return path;
  if (typeof value !== 'object' || value === null || levels === 0) return undefined;
  const inside = isJsonObject(value)
    ? Object.entries<Json>(value).map(([key, inner]) => [`${path}.${key}`, inner] as const)
    : Object.values<Json>(value).map((inner, index) => [`${path}[${index}]`, inner] as const);
  for (const [place, inner] of inside) {
    const found = pathOf(text, inner, place, levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
