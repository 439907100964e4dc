import { zohoDateTime } from '../../mapping/fit/zoho-time.ts';
import type { FieldValue } from '../../model/contact.ts';
import { canonicalJson, isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';

/**
 * Whether a field already has this value, even if Zoho shows it in another form: times in the user's time
 * zone, choices of a multi-select in its own order, the name of a looked-up record beside its id.
 * @param has the value in Zoho's answer
 */
export function hasValue(has: unknown, value: FieldValue | null): boolean {
  if (value === null) return isEmptyValue(has);
  const known: Json = JSON.parse(JSON.stringify(has ?? null));
  return canonicalJson(inOneForm(known)) === canonicalJson(inOneForm(value));
}

/**
 * Whether `adopt: fill` may write here, and whether a field counts as cleared. An unticked checkbox is empty,
 * because a boolean field of Zoho has no third value.
 */
export function isEmptyValue(has: unknown): boolean {
  return has === null || has === false || has === '' || (Array.isArray(has) && has.length === 0);
}

/** The form in which Zoho writes times (Zoho CRM API, "Insert Records", datetime). */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

function inOneForm(value: Json): Json {
  if (typeof value === 'string') return TIME.test(value) ? Date.parse(value) : value;
  if (Array.isArray(value))
    return value
      .map(inOneForm)
      .map((item) => canonicalJson(item))
      .sort();
  return isJsonObject(value) && typeof value.id === 'string' ? { id: value.id } : value;
}

/** With more choices than these, there are too many orders to try. */
const CHOICES_AT_MOST = 6;

/**
 * The values that may have been sent if Zoho shows this one: times in UTC, a record by its id alone, choices
 * of a multi-select in any order. An empty field may have been cleared.
 * @param has the value in Zoho's answer
 */
export function possiblySent(has: unknown): (FieldValue | null)[] {
  if (isEmptyValue(has)) return [null, false];
  const known: Json = JSON.parse(JSON.stringify(has ?? null));
  if (typeof known === 'string') {
    const utc = TIME.test(known) ? zohoDateTime(known) : undefined;
    return utc === undefined ? [known] : [known, utc];
  }
  if (Array.isArray(known)) return orders(known.filter((item) => item !== null));
  if (isJsonObject(known)) return typeof known['id'] === 'string' ? [{ id: known['id'] }] : [];
  return known === null || typeof known === 'object' ? [] : [known];
}

/** All orders of a short list. For a long one, only this order. */
function orders(items: readonly NonNullable<Json>[]): FieldValue[] {
  const values = items.flatMap((item) => (typeof item === 'object' ? [] : [item]));
  if (values.length !== items.length) return [];
  return values.length > CHOICES_AT_MOST ? [values] : permutations(values);
}

function permutations(values: readonly FieldValue[]): FieldValue[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((first, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}
