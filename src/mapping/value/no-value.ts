import { isBlank } from './blank.ts';

/**
 * What the mapping takes for "no value": undefined, null, text in which nobody sees anything, `[]`, and `{}`
 * (what `{ "id": traits.company_id }` yields where that trait is missing). false and 0 are values.
 */
export function isNoValue(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return isBlank(value);
  return typeof value === 'object' && Object.keys(value).length === 0;
}
