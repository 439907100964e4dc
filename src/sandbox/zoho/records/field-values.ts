import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { Field } from './field.ts';

/** Zoho's own regular expression for email fields (Zoho CRM API, "Insert Records"). */
const EMAIL =
  /^[+\-\p{L}\p{M}\p{N}_]([\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~.]*)@(?=.{4,256}$)(([\p{L}\p{N}\p{M}]+)(([-_]*[\p{L}\p{M}\p{N}])*)[.])+[\p{L}\p{M}]{2,22}$/u;

/**
 * Phone numbers: an optional plus, then letters, digits, separators and an extension. The first character is
 * not a separator (same page).
 */
const PHONE = /^(?![-. ])\+?[A-Za-z0-9 .\-(),;#]+$/;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Fractions of a second and `Z` are refused, because neither is documented. */
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/**
 * The problem with a value for a field, as the `details` of an INVALID_DATA. Undefined if the value is fine.
 * Text is measured in UTF-16 units, which is the strictest reading of "characters".
 */
export function problemWith(field: Field, value: Json): JsonObject | undefined {
  if (!hasType(field, value)) return { expected_data_type: expectedType(field) };
  if (typeof value === 'string' && value.length > field.length) return { maximum_length: field.length };
  if (typeof value === 'string' && !matchesPattern(field.dataType, value)) {
    return { expected_data_type: field.dataType };
  }
  return undefined;
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
    case 'bigint':
      return typeof value === 'string' && /^-?\d+$/.test(value);
    case 'double':
    case 'currency':
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
