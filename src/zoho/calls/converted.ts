import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import { readRecords } from './records.ts';
import type { RecordsRequest } from './records.ts';

/** `module`: Leads, or another module whose records Zoho converts. */
export type ConvertedRequest = Omit<RecordsRequest, 'select'>;

export type ConvertedAnswer =
  /** The ids that belong to a converted record. */
  { readonly kind: 'converted'; readonly ids: ReadonlySet<string> } | CallFailure;

/**
 * Finds out which records were converted. Zoho leaves them out of every list, and answers as if they did not
 * exist, unless `converted` asks for them (Zoho CRM API, "Get Records"). Zoho does not document that
 * `converted` works together with `ids`. Needs READ on the module. 1 credit.
 * @throws RangeError for more than 100 ids
 */
export async function readConverted(caller: Caller, request: ConvertedRequest): Promise<ConvertedAnswer> {
  const answer = await readRecords(caller, { ...request, select: ['Last_Name'] }, true);
  if (answer.kind === 'no_scope') {
    const message = `The connection is not allowed to read ${request.module}.`;
    return { kind: 'not_done', pause: 'scope', message };
  }
  if (answer.kind !== 'found') return answer;
  return { kind: 'converted', ids: new Set(answer.contacts.map(({ id }) => id)) };
}
