import type { ContactFields } from '../../model/contact.ts';
import type { Duplicate, RecordError } from '../../model/zoho-answer.ts';
import type { ZohoError } from './error-body.ts';
import { fieldOf, namesAnId, readError } from './error-body.ts';
import { TOKEN_CODES, TOO_MANY_CODES } from './error-codes.ts';
import { showsStaleField } from './stale-field.ts';

/** What was sent with a write, to tell what its answer means. */
export interface SentWrite {
  readonly operation: 'upsert' | 'insert' | 'update' | 'delete' | 'tag';
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

/** Refusals of one field's value, where the error names the field. */
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
 * What one error says of the record at this place. Of several errors the one decides that leaves least to be
 * done.
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
    // The code of an update says as little as the details; Zoho has a better one.
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
 * Whether what Zoho misses belongs to a field that the record does carry: a part of an object, such as the id
 * of a look-up, or the value itself where the record clears the field and a layout rule does not allow it.
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
 * A converted lead takes no change. Zoho has codes for it, and answers an update with INVALID_DATA, as for an
 * id that is gone, and the words "can't update the converted record".
 */
function isConverted({ code, message }: ZohoError): boolean {
  return CONVERTED_CODES.has(code) || (code === 'INVALID_DATA' && /converted/i.test(message));
}

/** "The id given seems to be invalid": the error points at the record itself, not at a field of it. */
function namesTheRecord(
  { details }: ZohoError,
  field: string | undefined,
  operation: SentWrite['operation'],
): boolean {
  return (
    field === 'id' ||
    namesAnId(details) ||
    // A deletion sends nothing but ids: "record not deleted" may come without details.
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
