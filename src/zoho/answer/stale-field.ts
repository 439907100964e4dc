import type { ContactFields } from '../../model/contact.ts';
import { isJsonObject } from '../../model/json.ts';
import type { ZohoError } from './error-body.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/**
 * Whether a refused field shows that our field list is outdated. Zoho does not know the field, takes less
 * text, or wants another type than the value has. A value of the right type that is not a valid email or
 * phone number is just wrong.
 */
export function showsStaleField(error: ZohoError, field: string, sent: ContactFields): boolean {
  const { code, message, details } = error;
  if (code !== 'INVALID_DATA') return false;
  if (details.maximum_length !== undefined) return true;
  // For an unknown field, the code and the details are the same as for any wrong value.
  if (/field api name .*invalid/i.test(message)) return true;
  const value = sent[field];
  if (details.expected_data_type === undefined || value === undefined || value === null) return false;
  return !hasType(value, details.expected_data_type);
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'double':
    case 'currency':
    case 'percent':
      return typeof value === 'number';
    case 'jsonarray':
    case 'multiselectpicklist':
      return Array.isArray(value);
    case 'jsonobject':
    case 'lookup':
    case 'ownerlookup':
      return isJsonObject(value);
    case 'date':
      return typeof value === 'string' && DATE.test(value);
    case 'datetime':
      return typeof value === 'string' && DATETIME.test(value);
    default:
      return typeof value === 'string';
  }
}
