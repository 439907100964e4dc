import type { CallFailure } from '../../model/zoho-answer.ts';
import type { Caller } from '../call.ts';
import { readRecords } from './records.ts';
import type { RecordsRequest } from './records.ts';

/** `module`: Leads, or one that Zoho converts likewise. */
export type ConvertedRequest = Omit<RecordsRequest, 'select'>;

export type ConvertedAnswer =
  /** Those of the ids that name a converted record. */
  { readonly kind: 'converted'; readonly ids: ReadonlySet<string> } | CallFailure;

/**
 * Which records were converted: Zoho leaves them out of every list and answers as if they were not there
 * unless it is asked for them (Zoho CRM API, "Get Records", `converted`). That `ids` goes together with it is
 * not said there. Needs the module's READ. 1 credit.
 * @throws RangeError for more than 100 ids
 */
export async function readConverted(caller: Caller, request: ConvertedRequest): Promise<ConvertedAnswer> {
  const answer = await readRecords(caller, { ...request, select: ['Last_Name'] }, true);
  if (answer.kind === 'no_scope') {
    const message = `The connection may not read ${request.module}.`;
    return { kind: 'not_done', pause: 'scope', message };
  }
  if (answer.kind !== 'found') return answer;
  return { kind: 'converted', ids: new Set(answer.contacts.map(({ id }) => id)) };
}
