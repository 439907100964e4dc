import { isBlank } from './blank.ts';

/**
 * Whether the mapping treats it as "no value": undefined, null, text without a visible character, `[]`, and
 * `{}` (the result of `{ "id": traits.company_id }` if that trait is missing). false and 0 are values.
 */
export function isNoValue(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return isBlank(value);
  return typeof value === 'object' && Object.keys(value).length === 0;
}
