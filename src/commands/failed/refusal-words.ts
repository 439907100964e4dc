/** Why Zoho refused a record, in words: `traits.phone -> Phone: Zoho takes 30 characters at most, got 42`. */
import type { FailedRecord } from '../../store/outbox/failed/failed-list.ts';
import { fieldOf, readError } from '../../zoho/answer/error-body.ts';
import type { ZohoError } from '../../zoho/answer/error-body.ts';
import { printable } from '../terminal/printable.ts';
import type { SentRecord } from './sent-record.ts';

type Refusal = Pick<FailedRecord, 'message' | 'answer'>;

/** Zoho's `expected_data_type` in words (Zoho CRM API, "Insert Records"). */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['phone', 'a phone number'],
  ['email', 'an email address'],
  ['website', 'a web address'],
  ['integer', 'a whole number'],
  ['bigint', 'a whole number'],
  ['double', 'a number'],
  ['boolean', 'true or false'],
  ['date', 'a date'],
  ['datetime', 'a time'],
  ['jsonarray', 'a list'],
  ['jsonobject', 'an object'],
]);

/** Longer values are cut in a sentence; the record shows them in full. */
const SHOWN_AT_MOST = 60;

/** One sentence for each problem that Zoho reported. If the reason is one of our rules, its message. */
export function mendsOf({ message, answer }: Refusal, record: SentRecord): string[] {
  const error = answer === null ? undefined : readError(parsed(answer));
  return error === undefined ? [message] : errorsIn(error).map((one) => sentence(one, record));
}

/** The single errors in one that Zoho combined (MULTIPLE_OR_MULTI_ERRORS). */
function errorsIn(error: ZohoError): ZohoError[] {
  const inside = (error.details.errors ?? []).flatMap((value) => readError(value) ?? []);
  return inside.length === 0 ? [error] : inside.flatMap(errorsIn);
}

function sentence(error: ZohoError, record: SentRecord): string {
  const field = fieldOf(error.details);
  if (field === undefined) return saidOfRecord(error);
  const sent = record.fields.find((one) => one.field === field);
  const place = sent === undefined ? field : `${printable(sent.source)} -> ${field}`;
  return `${place}: ${saidOfField(error, sent?.value, record.module)}`;
}

function saidOfRecord({ code, message, details }: ZohoError): string {
  const expected = (details.expected_fields ?? []).flatMap((one) => fieldOf(one) ?? []);
  if (expected.length > 0) return `Zoho also needs one of these fields: ${expected.join(', ')}`;
  return said(code, message);
}

function saidOfField({ code, message, details }: ZohoError, value: unknown, module: string): string {
  switch (code) {
    case 'MANDATORY_NOT_FOUND':
      return value === undefined
        ? 'mandatory in Zoho, but not in the mapping'
        : 'mandatory in Zoho, but this identity has no value for it';
    case 'DUPLICATE_DATA':
      return `it must be unique in Zoho, and ${otherRecord(details, module)} already has ${shown(value)}`;
    case 'DEPENDENT_FIELD_MISSING':
      return 'depends on another field in Zoho, which this record does not have';
    case 'DEPENDENT_MISMATCH':
    case 'MAPPING_MISMATCH':
      return `${shown(value)} does not go with the value of the field it depends on`;
  }
  if (details.maximum_length !== undefined) return tooLong(details.maximum_length, value);
  if (/field api name .*invalid/i.test(message)) return `Zoho has no such field in ${module}`;
  const type = details.expected_data_type;
  if (type !== undefined) return `Zoho wants ${TYPES.get(type) ?? type}, got ${shown(value)}`;
  if (code === 'INVALID_DATA') return `Zoho does not take ${shown(value)}`;
  return said(code, message);
}

function tooLong(most: string | number, value: unknown): string {
  if (typeof value === 'number') return `Zoho takes ${most} digits at most, got ${shown(value)}`;
  const got = typeof value === 'string' ? `, got ${value.length}` : '';
  return `Zoho takes ${most} characters at most${got}`;
}

function otherRecord({ duplicate_record, id }: ZohoError['details'], module: string): string {
  const other = duplicate_record?.id ?? id;
  if (other === undefined) return 'another record';
  return `record ${other} of ${duplicate_record?.module?.api_name ?? module}`;
}

function said(code: string, message: string): string {
  return message === '' ? `Zoho says ${code}` : `Zoho says ${code}: ${printable(message)}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'this value';
  const text = printable(JSON.stringify(value));
  return text.length <= SHOWN_AT_MOST ? text : `${text.slice(0, SHOWN_AT_MOST)}…`;
}

/** An answer that was cut is no longer JSON. */
function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
