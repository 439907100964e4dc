/**
 * What Zoho's answers mean is told apart in this folder alone: by code, then details, and by text only where
 * nothing else tells: the two kinds of 429, a field that Zoho does not know, and a converted lead. Sources:
 * Zoho CRM API, "Upsert Records", "Update Records", "Status Codes" and "API Limits", and the published
 * OpenAPI description.
 */
import { z } from 'zod';
import type { ItemAnswer, WriteAnswer } from '../../model/zoho-answer.ts';
import type { Answer, TokenRejected } from './classify-call.ts';
import { classifyCall, listOf, unreadable } from './classify-call.ts';
import type { SentWrite } from './classify-record.ts';
import { classifyRecord } from './classify-record.ts';
import { placesOf, readError } from './error-body.ts';
import { PAUSE_CODES, TOKEN_CODES, TOO_MANY_CODES } from './error-codes.ts';

/**
 * These carry `data[]` with an item for each record; with any other status it wraps an error of the whole
 * call.
 */
const ITEM_STATUS: ReadonlySet<number> = new Set([200, 201, 202, 207, 400, 412]);

/**
 * What the answer to a write came to, record by record where it has `data[]`, whatever the HTTP status. Zoho
 * keeps the order of the records ("Update Records"); where an item shows that it did not, that counts as
 * wrong length.
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

/**
 * Whether `data[]` only wraps an error of the whole call. A missing privilege may be about one record (its
 * owner, its territory): it is the call's only if all records of several have it.
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
