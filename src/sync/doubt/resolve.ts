/** Which contact a call without an answer made, changed or adopted: rule 11, pure. */
import type { FoundContact } from '../../model/contact.ts';
import { keysInDoubt } from '../../store/key/key.ts';
import type { Mark, OutboxRow } from '../../store/outbox/row.ts';
import { carriesId, compareIds, ownerOf, sameEmail } from '../match.ts';

/** What is known when a doubt is settled. */
export interface Doubt {
  readonly identityId: string;
  /** The link; null = none. */
  readonly contactId: string | null;
  readonly marks: readonly Mark[];
  /** What Zoho has under the emails and contacts of the marks, the link and the Ory id. */
  readonly found: readonly FoundContact[];
  /** Which identity a found contact is linked to, by contact id. */
  readonly owners: ReadonlyMap<string, string>;
  /** Contacts could be looked for by email; else only by id. */
  readonly byEmail: boolean;
}

/** An upsert that can be sent once more, to learn which contact it was about. */
export interface Repeatable {
  /** As it was sent. */
  readonly email: string;
  readonly matchBy: readonly string[];
}

export type Resolved =
  | {
      readonly is: 'contact';
      readonly contact: FoundContact;
      /** We made it; else it was there before the call. */
      readonly origin: 'made' | 'found';
    }
  /** The calls came to nothing, or what they made is gone. */
  | { readonly is: 'none' }
  /** Nobody may look by email: the call itself has to tell. */
  | { readonly is: 'repeat'; readonly call: Repeatable };

/** The link where it is there; else what carries our Ory id, what was being adopted, what has the email that was sent. */
export function resolveDoubt(doubt: Doubt, oryIdField: string | null): Resolved {
  const byAge = doubt.found.toSorted((left, right) => compareIds(left.id, right.id));
  const free = byAge.filter((contact) => ownerOf(doubt, contact, oryIdField) === undefined);
  const contact =
    byAge.find(({ id }) => id === doubt.contactId) ??
    free.find((one) => carriesId(doubt, one, oryIdField)) ??
    free.find(({ id }) => doubt.marks.some((mark) => mark.contact === id)) ??
    free.find(({ fields }) => doubt.marks.some((mark) => isSent(mark, fields['Email'])));
  if (contact !== undefined) return { is: 'contact', contact, origin: originOf(doubt.marks, contact.id) };
  const call = doubt.byEmail ? undefined : repeatable(doubt.marks);
  return call === undefined ? { is: 'none' } : { is: 'repeat', call };
}

/** An erasure must find what an upsert by the Ory id alone may have made, too. */
export function isInDoubt({ kind, marks }: Pick<OutboxRow, 'kind' | 'marks'>): boolean {
  return keysInDoubt(marks).length > 0 || (kind === 'erase' && marks.some(isUpsert));
}

export function isUpsert({ matchBy }: Mark): boolean {
  return matchBy !== undefined && matchBy.length > 0;
}

/** Before an upsert nobody had its email; an update was to adopt what had been found. */
function originOf(marks: readonly Mark[], contactId: string): 'made' | 'found' {
  const updates = marks.filter(({ contact }) => contact === contactId);
  return updates.length === 0 || updates.some(({ made }) => made === true) ? 'made' : 'found';
}

function isSent({ key, matchBy }: Mark, email: unknown): boolean {
  return key !== null && matchBy !== undefined && sameEmail(email, key);
}

/** The newest upsert: an older one was repeated by it, or came to nothing. */
function repeatable(marks: readonly Mark[]): Repeatable | undefined {
  const upsert = marks.findLast(({ key, matchBy }) => key !== null && (matchBy?.length ?? 0) > 0);
  if (upsert?.matchBy === undefined || upsert.key === null) return undefined;
  return { email: upsert.email ?? upsert.key, matchBy: upsert.matchBy };
}

/**
 * The marks of a row once its doubt is settled. The fields of its calls stay in doubt until the row settles, so that a value
 * that is gone by now is cleared.
 * @param contactId the contact that the calls were about; null = none
 * @param made the repeated call made it
 */
export function settledMarks(marks: readonly Mark[], contactId: string | null, made: boolean): Mark[] {
  return marks.flatMap(({ call, fields, key, contact, made: alreadyMade, cleared }) => {
    const inDoubt = key !== null || contact !== undefined;
    if (inDoubt && contactId === null) return [];
    const owesCreation = alreadyMade === true || (inDoubt && made);
    return {
      call,
      fields,
      key: null,
      ...(owesCreation && { made: true as const }),
      ...(cleared && { cleared }),
    };
  });
}
