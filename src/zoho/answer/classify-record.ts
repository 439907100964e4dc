import type { ContactFields } from '../../model/contact.ts';
import type { Duplicate, RecordError, WriteOperation } from '../../model/zoho-answer.ts';
import type { ZohoError } from './error-body.ts';
import { fieldOf, namesAnId, readError } from './error-body.ts';
import { TOKEN_CODES, TOO_MANY_CODES } from './error-codes.ts';
import { showsStaleField } from './stale-field.ts';

/** What a write sent. The meaning of its answer depends on it. */
export interface SentWrite {
  readonly operation: WriteOperation;
  readonly records: readonly ContactFields[];
}

const LATER_CODES: ReadonlySet<string> = new Set([
  'RECORD_LOCKED',
  'NOT_APPROVED',
  'NOT_REVIEWED',
  'RECORD_IN_BLUEPRINT',
  'DEPENDENT_SERVICE_ERROR',
  'ALREADY_MODIFIED',
  'INTERNAL_ERROR',
  ...TOKEN_CODES,
  ...TOO_MANY_CODES,
]);

const CONVERTED_CODES: ReadonlySet<string> = new Set(['CONVERTED_RECORD', 'ID_ALREADY_CONVERTED']);

/** Codes that refuse the value of one field and name that field. */
const FIELD_CODES: ReadonlySet<string> = new Set([
  'INVALID_DATA',
  'PATTERN_NOT_MATCHED',
  'DATA_MISMATCH',
  'MAPPING_MISMATCH',
  'DEPENDENT_FIELD_MISSING',
  'DEPENDENT_MISMATCH',
  'LIMIT_EXCEEDED',
  'NOT_ALLOWED',
  'NOT_SUPPORTED',
  'ALREADY_USED',
]);

/**
 * What one error says about the record at this place. If it holds several errors, the most final one decides.
 */
export function classifyRecord(error: ZohoError, sent: SentWrite, place: number): RecordError {
  const errors = error.code === 'MULTIPLE_OR_MULTI_ERRORS' ? (error.details.errors ?? []) : [];
  const parts = errors
    .map(readError)
    .filter((part) => part !== undefined)
    .map((part) => classifyRecord(part, sent, place));
  const kinds = ['gone', 'converted', 'refused', 'later', 'mandatory', 'duplicate', 'field'] as const;
  const kind = kinds.find((kind) => parts.some((part) => part.kind === kind));
  const deciding = parts.filter((part) => part.kind === kind);
  const first = deciding[0];
  if (first === undefined) return classifySingle(error, sent, sent.records[place] ?? {});
  return {
    ...first,
    fields: [...new Set(deciding.flatMap((part) => part.fields))],
    duplicates: deciding.flatMap((part) => part.duplicates),
    stale: parts.some((part) => part.stale),
    raw: error.raw,
  };
}

function classifySingle(error: ZohoError, { operation }: SentWrite, record: ContactFields): RecordError {
  const { code, details } = error;
  const field = fieldOf(details);
  const fields = field === undefined ? [] : [field];
  if (isConverted(error)) {
    // INVALID_DATA and its details do not say that the lead was converted. Zoho has a code that does.
    return recordError('converted', code === 'INVALID_DATA' ? { ...error, code: 'CONVERTED_RECORD' } : error);
  }
  if (LATER_CODES.has(code)) return recordError('later', error);
  if (code === 'NO_RECORDS_FOUND') return recordError('gone', error);
  if (code === 'INVALID_DATA' && namesTheRecord(error, field, operation)) return recordError('gone', error);
  if (code === 'MANDATORY_NOT_FOUND') {
    if (isInsideOf(field, details, record)) return recordError('field', error, fields);
    const matched = details.id === undefined ? {} : { matchedId: details.id };
    return { ...recordError('mandatory', error, fields), ...matched };
  }
  if (code === 'EXPECTED_FIELD_MISSING') {
    const parts = details.expected_fields ?? [];
    const expected = parts.map(fieldOf).filter((name) => name !== undefined);
    const inside = expected.length > 0 && parts.every((part) => isInsideOf(fieldOf(part), part, record));
    if (inside) return recordError('field', error, [...new Set(expected)]);
    return recordError('mandatory', error, expected);
  }
  if (code === 'DUPLICATE_DATA' && field !== undefined) {
    return recordError('duplicate', error, [], [duplicateOf(field, details)]);
  }
  if (FIELD_CODES.has(code) && field !== undefined) {
    return { ...recordError('field', error, fields), stale: showsStaleField(error, field, record) };
  }
  return recordError('refused', error, fields);
}

/**
 * Whether Zoho misses something inside a field that the record has. It may be a part of an object, such as
 * the id of a look-up. It may also be the value itself, if the record clears the field and a layout rule
 * forbids that.
 */
function isInsideOf(
  field: string | undefined,
  { json_path }: { readonly json_path?: string | undefined },
  record: ContactFields,
): boolean {
  const value = field === undefined ? undefined : record[field];
  if (value === undefined) return false;
  return value === null || typeof value === 'object' || /^\$\.data\[\d+\]\.[^.[]+[.[]/.test(json_path ?? '');
}

/**
 * A converted lead cannot be changed. Zoho has codes for this, but it answers an update with INVALID_DATA, as
 * for an id that is gone, and the words "can't update the converted record".
 */
function isConverted({ code, message }: ZohoError): boolean {
  return CONVERTED_CODES.has(code) || (code === 'INVALID_DATA' && /converted/i.test(message));
}

/**
 * For "The id given seems to be invalid", the error points at the record itself, not at one of its fields.
 */
function namesTheRecord(
  { details }: ZohoError,
  field: string | undefined,
  operation: SentWrite['operation'],
): boolean {
  return (
    field === 'id' ||
    namesAnId(details) ||
    // A deletion sends only ids, and "record not deleted" may come without details.
    (operation === 'delete' && field === undefined) ||
    (details.id !== undefined && details.api_name === undefined && details.json_path === undefined)
  );
}

function duplicateOf(field: string, details: ZohoError['details']): Duplicate {
  const contactId = details.duplicate_record?.id ?? details.id;
  const module = details.duplicate_record?.module?.api_name;
  return {
    field,
    ...(contactId === undefined ? {} : { contactId }),
    ...(module === undefined ? {} : { module }),
  };
}

function recordError(
  kind: RecordError['kind'],
  { code, message, raw }: ZohoError,
  fields: readonly string[] = [],
  duplicates: readonly Duplicate[] = [],
): RecordError {
  return { kind, code, message, fields, duplicates, stale: false, raw };
}
