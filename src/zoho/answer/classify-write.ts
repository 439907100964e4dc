/**
 * Only this folder decides what Zoho's answers mean. It goes by the code, then by the details. The text
 * decides only where nothing else can: for the two kinds of 429, a field that Zoho does not know, and a
 * converted lead. Sources: Zoho CRM API, "Upsert Records", "Update Records", "Status Codes" and "API Limits",
 * and the published OpenAPI description.
 */
import { z } from 'zod';
import type { ItemAnswer, RecordError, Refusal, WriteAnswer } from '../../model/zoho-answer.ts';
import type { Answer, TokenRejected } from './classify-call.ts';
import { classifyCall, listOf, refused, unreadable } from './classify-call.ts';
import type { SentWrite } from './classify-record.ts';
import { classifyRecord } from './classify-record.ts';
import { placesOf, readError } from './error-body.ts';
import { ORG_CODES, PAUSE_CODES, TOKEN_CODES, TOO_MANY_CODES } from './error-codes.ts';

/**
 * With one of these, `data[]` has an item for each record. With any other status it wraps an error of the
 * whole call.
 */
const ITEM_STATUS: ReadonlySet<number> = new Set([200, 201, 202, 207, 400, 412]);

/**
 * Classifies the answer to a write, record by record if it has `data[]`, whatever the HTTP status. Zoho keeps
 * the order of the records ("Update Records"). If an item shows that it did not, the answer counts as one of
 * the wrong length.
 */
export function classifyWrite(answer: Answer, sent: SentWrite): WriteAnswer | TokenRejected {
  const data = ITEM_STATUS.has(answer.status) ? listOf(answer.body, 'data') : undefined;
  if (data === undefined || data.length === 0) {
    const failure = classifyCall(answer);
    const error = readError(answer.body);
    // Zoho answers some errors of a single record without data[], so they look like errors of the whole call.
    if (failure.kind !== 'refused' || error === undefined || sent.records.length > 1) return failure;
    const record = classifyRecord(error, sent, 0);
    if (pointsAtNoField(record) && sent.operation !== 'tag') return { ...failure, error: record };
    return { kind: 'answered', items: [{ kind: 'error', error: record }] };
  }
  if (isOfWholeCall(data, sent.records.length) || isOneErrorForSeveral(data, sent.records.length)) {
    return classifyCall(answer);
  }
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
  const refusal = refusalIn(answer.status, items, sent);
  if (refusal === undefined) return { kind: 'answered', items };
  return refusal.places.size === items.length
    ? refusal.failure
    : { kind: 'answered', items, refused: refusal };
}

/**
 * Zoho has written none of the records, and some have an error that points at nothing in the record. So the
 * call itself may be to blame (a full storage, a missing permission), and no record fails for that alone. Zoho
 * checks values first, so others may have an error of their own. If Zoho has written some, only a code that
 * is never about one record blames the call.
 */
function refusalIn(
  status: number,
  items: readonly ItemAnswer[],
  sent: SentWrite,
): { readonly places: ReadonlySet<number>; readonly failure: Refusal } | undefined {
  const wrote = items.some(({ kind }) => kind === 'done');
  const blaming = items.flatMap((item, place) => {
    if (item.kind !== 'error' || !blamesNoRecord(item.error, sent)) return [];
    return wrote && !ORG_CODES.has(item.error.code) ? [] : [{ place, error: item.error }];
  });
  const [first] = blaming;
  if (first === undefined) return undefined;
  const { error } = first;
  return {
    places: new Set(blaming.map(({ place }) => place)),
    failure: { ...refused(status, error), error },
  };
}

/**
 * Tags have permissions of their own, so a refusal says nothing about other calls. The item of a deletion that
 * Zoho refuses never points at a field.
 */
function blamesNoRecord(error: RecordError, { operation }: SentWrite): boolean {
  return pointsAtNoField(error) && operation !== 'tag' && operation !== 'delete';
}

function pointsAtNoField({ kind, fields }: RecordError): boolean {
  return kind === 'refused' && fields.length === 0;
}

const doneItem = z.object({
  code: z.literal('SUCCESS'),
  action: z.enum(['insert', 'update']).optional().catch(undefined),
  duplicate_field: z.string().nullish().catch(null),
  // An id above 2^53 that came as a number has already been rounded to another id.
  details: z.object({ id: z.string().regex(/^\d+$/) }),
});

/** What happened to the record at this place. Undefined if the item cannot be read. */
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
      // Zoho's newest sample has this field in inserts too, where it means nothing.
      duplicateField: action === 'insert' ? null : (duplicate_field ?? null),
    };
  }
  const error = readError(item);
  return error === undefined ? undefined : { kind: 'error', error: classifyRecord(error, sent, place) };
}

/**
 * Whether `data[]` only wraps an error of the whole call. A missing privilege may concern one record (its
 * owner or territory). So it counts for the whole call only if several records were sent and all have it.
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

/**
 * Zoho answers several records with one error that names none of them. LIMIT_EXCEEDED is about their number, so
 * they are sent in smaller batches instead.
 */
function isOneErrorForSeveral(data: readonly unknown[], sent: number): boolean {
  const error = readError(data[0]);
  if (error === undefined || data.length !== 1 || sent <= 1) return false;
  return error.code !== 'LIMIT_EXCEEDED' && placesOf(error).length === 0;
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
