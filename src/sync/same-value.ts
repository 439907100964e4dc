import type { FieldValue } from '../model/contact.ts';
import { canonicalJson, isJsonObject } from '../model/json.ts';
import type { Json } from '../model/json.ts';

/**
 * Whether a field has this value already, though Zoho shows it in another form: times in the time zone of the user, the
 * choices of a multi-select in its own order, the name of a looked-up record beside its id.
 * @param has what Zoho answered
 */
export function hasValue(has: unknown, value: FieldValue | null): boolean {
  if (value === null) return isEmptyValue(has);
  const known: Json = JSON.parse(JSON.stringify(has ?? null));
  return canonicalJson(inOneForm(known)) === canonicalJson(inOneForm(value));
}

/**
 * What `adopt: fill` writes into, and what a cleared field shows. A checkbox that is not ticked is empty: a boolean field
 * of Zoho has no third value.
 */
export function isEmptyValue(has: unknown): boolean {
  return has === null || has === false || has === '' || (Array.isArray(has) && has.length === 0);
}

/** As Zoho writes times (Zoho CRM API, "Insert Records", datetime). */
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
