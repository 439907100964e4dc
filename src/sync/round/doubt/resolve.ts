/** Which contact a call without an answer made, changed or adopted: rule 11, pure. */
import type { FoundContact } from '../../../model/contact.ts';
import { deletesContact, keepsValues } from '../../../model/policy.ts';
import { keysInDoubt } from '../../../store/key/key.ts';
import type { Mark, OutboxRow } from '../../../store/outbox/row.ts';
import { isOneOf } from '../../decide/changed-fields.ts';
import type { FieldHashes } from '../../decide/changed-fields.ts';
import type { DecideRules } from '../../decide/decide-rules.ts';
import { carriesId, compareIds, ownerOf, sameEmail } from '../../decide/match.ts';
import { sentInDoubt } from '../work/marks.ts';

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
  /** A contact with the email that was sent is ours only if it shows what was sent: see `mustShowSent`. */
  readonly strict: boolean;
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

/**
 * Whether a contact that has only the email in common with the call may be a salesperson's, made meanwhile, and that makes a
 * difference: nothing may be overwritten there, or the identity's contact is to be deleted. Else it would be adopted anyway.
 */
export function mustShowSent(
  { kind, policy }: Pick<OutboxRow, 'kind' | 'policy'>,
  { adopt, adoptUnverified, deleted, otherwise }: Partings & Pick<DecideRules, 'adopt' | 'adoptUnverified'>,
): boolean {
  const mayDelete =
    kind !== 'upsert' || policy !== null || deletesContact(deleted) || deletesContact(otherwise);
  return mayDelete || keepsValues(adopt) || !adoptUnverified;
}

/** What becomes of contacts whose identities are gone, or excluded. */
type Partings = Pick<DecideRules, 'deleted' | 'otherwise'>;

/**
 * The link where it is there; else what carries our Ory id, what was being adopted, what has the email that was sent.
 * @param hash HMACs of values sent
 */
export function resolveDoubt(
  doubt: Doubt,
  oryIdField: string | null,
  hash: Pick<FieldHashes, 'sent'>,
): Resolved {
  const byAge = doubt.found.toSorted((left, right) => compareIds(left.id, right.id));
  const free = byAge.filter((contact) => ownerOf(doubt, contact, oryIdField) === undefined);
  const known =
    byAge.find(({ id }) => id === doubt.contactId) ??
    free.find((one) => carriesId(doubt, one, oryIdField)) ??
    free.find(({ id }) => doubt.marks.some((mark) => mark.contact === id));
  if (known !== undefined) return { is: 'contact', contact: known, origin: originOf(doubt.marks, known.id) };
  const byEmail = free.filter(({ fields }) => doubt.marks.some((mark) => isSent(mark, fields['Email'])));
  const made = byEmail.find((one) => showsSent(one, doubt.marks, hash));
  if (made !== undefined) return { is: 'contact', contact: made, origin: 'made' };
  const [oldest] = byEmail;
  if (oldest !== undefined && !doubt.strict) return { is: 'contact', contact: oldest, origin: 'found' };
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

/** Each field shows what one of the calls sent. What a workflow has changed since does not, nor does a fraction that Zoho rounds. */
function showsSent(
  { fields }: FoundContact,
  marks: readonly Mark[],
  hash: Pick<FieldHashes, 'sent'>,
): boolean {
  return Object.entries(sentInDoubt(marks)).every(([name, hashes]) => {
    const has = fields[name];
    return has === undefined || isFraction(has) || isOneOf(name, has, hashes, hash);
  });
}

function isFraction(has: unknown): boolean {
  return typeof has === 'number' && !Number.isInteger(has);
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
  return marks.flatMap(({ call, fields, sent, key, contact, made: alreadyMade, cleared }) => {
    const inDoubt = key !== null || contact !== undefined;
    if (inDoubt && contactId === null) return [];
    const owesCreation = alreadyMade === true || (inDoubt && made);
    return {
      call,
      fields,
      ...(sent && { sent }),
      key: null,
      ...(owesCreation && { made: true as const }),
      ...(cleared && { cleared }),
    };
  });
}
