import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import { zohoTime } from '../zoho-time.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { Field } from './field.ts';
import { PHONE } from './phone-pattern.ts';

/** Zoho's own regular expression for email fields (Zoho CRM API, "Insert Records"). */
const EMAIL =
  /^[+\-\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~.]*)@(?=.{4,256}$)(([\p{L}\p{N}\p{M}]+)(([-_]*[\p{L}\p{M}\p{N}])*)[.])+[\p{L}\p{M}]{2,22}$/u;

/** An integer has at most nine digits, a long integer 18 (Zoho CRM help, "Custom fields"; callers saw both). */
const INTEGER = /^-?\d{1,9}$/;
const LONG_INTEGER = /^-?\d{1,18}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Fractions of a second and `Z` are refused, because neither is documented. */
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/**
 * The problem with a value for a field, as the `details` of an INVALID_DATA. Undefined if the value is fine.
 * Text is measured in UTF-16 units, which is the strictest reading of "characters".
 */
export function problemWith(
  field: Field,
  value: Json,
  { newPicklistValues }: Pick<ZohoSettings, 'newPicklistValues'>,
): JsonObject | undefined {
  if (!hasType(field, value)) return wrongType(field);
  if (typeof value === 'string' && !DATED.has(field.dataType) && value.length > field.length) {
    return { maximum_length: field.length };
  }
  if (newPicklistValues === 'refused' && isNewChoice(field, value)) return {};
  const text = typeof value === 'object' ? '' : String(value);
  // A sample of v8 has only the length for an integer with too many digits ("Upsert Records").
  if (field.dataType === 'integer' && text.replace('-', '').length > field.length) {
    return { maximum_length: field.length };
  }
  return matchesPattern(field.dataType, text) ? undefined : wrongType(field);
}

/** Whether a value is not in the list of its picklist. A field without a list takes every value. */
function isNewChoice({ dataType, pickList }: Field, value: Json): boolean {
  if (dataType !== 'picklist' && dataType !== 'multiselectpicklist') return false;
  const choices: readonly Json[] = Array.isArray(value) ? value : [value];
  return (
    pickList.length > 0 && !choices.every((choice) => typeof choice === 'string' && pickList.includes(choice))
  );
}

/** The value as it is kept. Zoho returns a time in the time zone of the user, whatever zone it was sent in. */
export function storedValue(field: Field, value: Json): Json {
  return field.dataType === 'datetime' && typeof value === 'string' ? zohoTime(Date.parse(value)) : value;
}

const DATED: ReadonlySet<string> = new Set(['date', 'datetime']);

/** For a date and an integer, recorded answers have the length too. */
function wrongType(field: Field): JsonObject {
  const withLength = field.dataType === 'date' || field.dataType === 'integer';
  return {
    expected_data_type: expectedType(field),
    ...(withLength ? { maximum_length: field.length } : {}),
  };
}

function expectedType(field: Field): string {
  if (field.apiName === 'Tag') return 'jsonarray';
  return field.dataType === 'lookup' || field.dataType === 'ownerlookup' ? 'jsonobject' : field.dataType;
}

function hasType(field: Field, value: Json): boolean {
  if (field.apiName === 'Tag') {
    return Array.isArray(value) && value.every((tag) => isJsonObject(tag) && typeof tag['name'] === 'string');
  }
  switch (field.dataType) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'double':
    case 'currency':
    case 'percent':
      return typeof value === 'number';
    case 'multiselectpicklist':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'lookup':
    case 'ownerlookup':
      return isJsonObject(value) && typeof value['id'] === 'string';
    default:
      return typeof value === 'string';
  }
}

function matchesPattern(dataType: string, value: string): boolean {
  switch (dataType) {
    case 'integer':
      return INTEGER.test(value);
    case 'bigint':
      return LONG_INTEGER.test(value);
    case 'email':
      return EMAIL.test(value);
    case 'phone':
      return PHONE.test(value);
    case 'date':
      return DATE.test(value) && isDay(value);
    case 'datetime':
      return DATETIME.test(value) && !Number.isNaN(Date.parse(value)) && isDay(value.slice(0, 10));
    default:
      return true;
  }
}

/** `Date.parse` accepts the 31st in every month. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
