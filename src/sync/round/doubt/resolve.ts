/** Finds the contact that an unanswered call created, changed or adopted (rule 11). Pure. */
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
  /** The linked contact; null if there is none. */
  readonly contactId: string | null;
  readonly marks: readonly Mark[];
  /** The contacts that Zoho has for the emails and contacts of the marks, the link and the Ory id. */
  readonly found: readonly FoundContact[];
  /** The identity that a found contact is linked to, by contact id. */
  readonly owners: ReadonlyMap<string, string>;
  /** Contacts were looked up by email too; otherwise only by id. */
  readonly byEmail: boolean;
  /** A contact with the sent email is ours only if it shows the sent values: see `mustShowSent`. */
  readonly strict: boolean;
}

/** An upsert that can be repeated to learn which contact it was about. */
export interface Repeatable {
  /** The email as it was sent. */
  readonly email: string;
  readonly matchBy: readonly string[];
}

export type Resolved =
  | {
      readonly is: 'contact';
      readonly contact: FoundContact;
      /** `made` if we created it, `found` if it existed before the call. */
      readonly origin: 'made' | 'found';
    }
  /** The calls had no effect, or the contact that they made is gone. */
  | { readonly is: 'none' }
  /** Contacts cannot be looked up by email, so the call must be repeated to find out. */
  | { readonly is: 'repeat'; readonly call: Repeatable }
  /** Contacts cannot be looked up by email. An insert cannot be repeated, because it would make a second one. */
  | { readonly is: 'unknown' };

/**
 * Whether a contact with the sent email must also show the sent values. It may have been made meanwhile by a
 * salesperson. That matters if nothing in it may be overwritten, or if the identity's contact is to be
 * deleted. Otherwise it would be adopted anyway.
 */
export function mustShowSent(
  { kind, policy }: Pick<OutboxRow, 'kind' | 'policy'>,
  { adopt, adoptUnverified, deleted, otherwise }: Partings & Pick<DecideRules, 'adopt' | 'adoptUnverified'>,
): boolean {
  const mayDelete =
    kind !== 'upsert' || policy !== null || deletesContact(deleted) || deletesContact(otherwise);
  return mayDelete || keepsValues(adopt) || !adoptUnverified;
}

/** How contacts are treated whose identities are gone or excluded. */
type Partings = Pick<DecideRules, 'deleted' | 'otherwise'>;

/**
 * The linked contact, if it still exists. Otherwise the first match of: our Ory id, an adoption in the marks,
 * the sent email.
 * @param hash HMACs of sent values
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
  if (!doubt.byEmail && doubt.marks.some(isInsert)) return { is: 'unknown' };
  const call = doubt.byEmail ? undefined : repeatable(doubt.marks);
  return call === undefined ? { is: 'none' } : { is: 'repeat', call };
}

/** An erasure must also find a contact that an upsert by Ory id alone may have made. */
export function isInDoubt({ kind, marks }: Pick<OutboxRow, 'kind' | 'marks'>): boolean {
  return keysInDoubt(marks).length > 0 || (kind === 'erase' && marks.some(isUpsert));
}

export function isUpsert({ matchBy }: Mark): boolean {
  return matchBy !== undefined && matchBy.length > 0;
}

function isInsert({ key, matchBy }: Mark): boolean {
  return key !== null && matchBy?.length === 0;
}

/** An upsert was sent because no contact had its email. An update was to adopt a found contact. */
function originOf(marks: readonly Mark[], contactId: string): 'made' | 'found' {
  const updates = marks.filter(({ contact }) => contact === contactId);
  return updates.length === 0 || updates.some(({ made }) => made === true) ? 'made' : 'found';
}

/**
 * Whether each field shows what one of the calls sent. A field fails if a workflow has changed it since. A
 * fraction counts as shown, because Zoho rounds it.
 */
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

/** The newest upsert. Older ones were repeated by it or had no effect. */
function repeatable(marks: readonly Mark[]): Repeatable | undefined {
  const upsert = marks.findLast(({ key, matchBy }) => key !== null && (matchBy?.length ?? 0) > 0);
  if (upsert?.matchBy === undefined || upsert.key === null) return undefined;
  return { email: upsert.email ?? upsert.key, matchBy: upsert.matchBy };
}

/**
 * The marks of a row once its doubt is settled. The fields of its calls stay in doubt until the row settles,
 * so that a value that is gone by now is cleared.
 * @param contactId the contact that the calls were about; null if there is none
 * @param made whether the repeated call created it
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
