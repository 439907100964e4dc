/**
 * The one place where Zoho's answers are told apart: by code, then details, and by text only where
 * nothing else tells: the two kinds of 429, a field that Zoho does not know, and a converted lead. Sources: Zoho CRM API, "Upsert Records", "Update Records", "Status Codes" and "API Limits", and the
 * published OpenAPI description.
 */
import { z } from 'zod';
import type { ContactFields } from '../../model/contact.ts';
import type { PauseReason } from '../../model/pause.ts';
import type {
  CallFailure,
  Duplicate,
  ItemAnswer,
  RecordError,
  WriteAnswer,
} from '../../model/zoho-answer.ts';
import type { ZohoError } from './error-body.ts';
import { fieldOf, namesAnId, placesOf, readError } from './error-body.ts';
import { showsStaleField } from './stale-field.ts';

/** What is read of an HTTP response to tell what it means. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [lowerCaseName: string]: string | undefined };
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

/** 401 with this token: not done; another token may do. */
export interface TokenRejected {
  readonly kind: 'token_rejected';
  readonly message: string;
}

export interface SentWrite {
  readonly operation: 'upsert' | 'insert' | 'update' | 'delete' | 'tag';
  readonly records: readonly ContactFields[];
}

const TOKEN_CODES: ReadonlySet<string> = new Set([
  'INVALID_TOKEN',
  'INVALID_OAUTHTOKEN',
  'AUTHENTICATION_FAILURE',
  'UNAUTHORIZED',
]);

const TOO_MANY_CODES: ReadonlySet<string> = new Set(['TOO_MANY_REQUESTS', 'RATE_LIMIT_EXCEEDED']);

/** Codes of a whole call that no record is to blame for. */
const PAUSE_CODES: ReadonlyMap<string, PauseReason> = new Map([
  ['INVALID_MODULE', 'invalid_module'],
  ['INVALID_URL_PATTERN', 'invalid_url'],
  ['OAUTH_SCOPE_MISMATCH', 'scope'],
  ['NO_PERMISSION', 'no_permission'],
  ['AUTHORIZATION_FAILED', 'no_permission'],
]);

/** A server refuses the size or form of a request with these even where its body is no JSON; others may be a proxy's. */
const REFUSING_STATUS: ReadonlySet<number> = new Set([400, 413, 414, 422, 431]);

/** These carry `data[]` with an item for each record; with any other status it wraps an error of the whole call. */
const ITEM_STATUS: ReadonlySet<number> = new Set([200, 201, 202, 207, 400, 412]);

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

/** What the answer to a read came to; undefined: it holds a list under `key`, or is 204, which is an empty one. */
export function classifyRead(
  answer: Answer,
  key: 'data' | 'fields',
): CallFailure | TokenRejected | undefined {
  const found = answer.status === 204 || (answer.status === 200 && listOf(answer.body, key) !== undefined);
  return found ? undefined : classifyCall(answer);
}

/**
 * What the answer to a write came to, record by record where it has `data[]`, whatever the HTTP status. Zoho keeps
 * the order of the records ("Update Records"); where an item shows that it did not, that counts as wrong length.
 */
export function classifyWrite(answer: Answer, sent: SentWrite): WriteAnswer | TokenRejected {
  const data = ITEM_STATUS.has(answer.status) ? listOf(answer.body, 'data') : undefined;
  if (data === undefined || data.length === 0) {
    const failure = classifyCall(answer);
    const error = readError(answer.body);
    // Zoho answers some errors of a single record without data[], so that they look like the call's.
    if (failure.kind !== 'refused' || error === undefined || sent.records.length > 1) return failure;
    return { kind: 'answered', items: [{ kind: 'error', error: classifyRecord(error, sent, 0) }] };
  }
  if (isOfWholeCall(data, sent.records.length)) return classifyCall(answer);
  if (data.length !== sent.records.length) {
    return {
      kind: 'wrong_length',
      message: `Zoho answered ${data.length} of ${sent.records.length} records.`,
    };
  }
  const items = data
    .map((item, place) => classifyItem(item, sent, place))
    .filter((item) => item !== undefined);
  if (items.length < data.length) return unreadable(answer.status);
  if (!isInOrder(data, items, sent)) {
    return { kind: 'wrong_length', message: 'Zoho answered the records in another order.' };
  }
  return { kind: 'answered', items };
}

const doneItem = z.object({
  code: z.literal('SUCCESS'),
  action: z.enum(['insert', 'update']).optional().catch(undefined),
  duplicate_field: z.string().nullish().catch(null),
  // Ids exceed 2^53: a number would already be another id.
  details: z.object({ id: z.string().regex(/^\d+$/) }),
});

/** What became of the record at this place; undefined when the item can not be read. */
export function classifyItem(item: unknown, sent: SentWrite, place: number): ItemAnswer | undefined {
  const done = doneItem.safeParse(item);
  if (done.success) {
    const { action, duplicate_field, details } = done.data;
    const makes = sent.operation === 'insert' || sent.operation === 'upsert';
    const matched = !makes || typeof duplicate_field === 'string' ? 'update' : 'insert';
    return {
      kind: 'done',
      action: action ?? matched,
      contactId: details.id,
      // The newest sample prints the field on inserts too, where it says nothing.
      duplicateField: action === 'insert' ? null : (duplicate_field ?? null),
    };
  }
  const error = readError(item);
  return error === undefined ? undefined : { kind: 'error', error: classifyRecord(error, sent, place) };
}

/** The answer of a whole call that has no item for each record. */
function classifyCall(answer: Answer): CallFailure | TokenRejected {
  const { status } = answer;
  const error = readError(answer.body) ?? readError(listOf(answer.body, 'data')?.[0]);
  const code = error?.code ?? '';
  const message = `Zoho answered ${[`HTTP ${status}`, code, error?.message].filter(Boolean).join(', ')}.`;
  const wait = waitOf(answer, error);

  const pause = PAUSE_CODES.get(code);
  if (TOKEN_CODES.has(code)) return { kind: 'token_rejected', message };
  if (pause !== undefined) return { kind: 'not_done', pause, message };
  if (status === 429 || TOO_MANY_CODES.has(code)) {
    const credits = /24 hours|per day|credit/i.test(error?.message ?? '');
    return { kind: 'not_done', pause: credits ? 'credits' : 'rate_limit', message, ...wait };
  }
  if (status === 401) return { kind: 'token_rejected', message };
  if (status >= 500 || code === 'INTERNAL_ERROR') {
    return { kind: 'in_doubt', pause: 'zoho_unavailable', message, ...wait };
  }
  if (error !== undefined) return { kind: 'refused', code, message: `${message} ${error.raw}`, status };
  if (REFUSING_STATUS.has(status)) return { kind: 'refused', code: `HTTP_${status}`, message, status };
  return unreadable(status);
}

/** An answer nobody can read counts as a cut connection. */
export function unreadable(status: number): CallFailure {
  const message = `Zoho answered HTTP ${status} with a body that is not its own.`;
  return { kind: 'in_doubt', pause: 'zoho_unavailable', message };
}

/** How long Zoho asks us to wait. It documents no Retry-After; one sample carries the seconds in the details. */
function waitOf(answer: Answer, error: ZohoError | undefined): { waitMs?: number } {
  const header = answer.headers['retry-after']?.trim() ?? '';
  const seconds = /^\d{1,6}$/.test(header) ? Number(header) : error?.details.retry_after;
  return seconds === undefined || seconds < 0 ? {} : { waitMs: seconds * 1000 };
}

/**
 * Whether `data[]` only wraps an error of the whole call. A missing privilege may be about one record (its owner,
 * its territory): it is the call's only if all records of several have it.
 */
function isOfWholeCall(data: readonly unknown[], sent: number): boolean {
  const errors = data.map(readError);
  const first = errors[0];
  if (first === undefined || errors.some((error) => error?.code !== first.code)) return false;
  if (TOKEN_CODES.has(first.code) || TOO_MANY_CODES.has(first.code)) return true;
  if (!PAUSE_CODES.has(first.code)) return false;
  const ofOneRecord =
    first.code === 'AUTHORIZATION_FAILED' ||
    (first.code === 'NO_PERMISSION' && first.details.permissions === undefined);
  return sent > 1 || !ofOneRecord;
}

function isInOrder(data: readonly unknown[], items: readonly ItemAnswer[], sent: SentWrite): boolean {
  return items.every((item, place) => {
    if (item.kind === 'done') {
      const makes = sent.operation === 'insert' || sent.operation === 'upsert';
      return makes || sent.records[place]?.['id'] === item.contactId;
    }
    const error = readError(data[place]);
    return error === undefined || placesOf(error).every((named) => named === place);
  });
}

/** What one error says of the record at this place. Of several errors the one decides that leaves least to be done. */
function classifyRecord(error: ZohoError, sent: SentWrite, place: number): RecordError {
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
 * Whether what Zoho misses belongs to a field that the record does carry: a part of an object, such as the id of a
 * look-up, or the value itself where the record clears the field and a layout rule does not allow it.
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
 * A converted lead takes no change. Zoho has codes for it, and answers an update with INVALID_DATA, as for an id that
 * is gone, and the words "can't update the converted record".
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

function listOf(body: unknown, key: string): readonly unknown[] | undefined {
  const parsed = z.object({ [key]: z.array(z.unknown()) }).safeParse(body);
  return parsed.success ? parsed.data[key] : undefined;
}
