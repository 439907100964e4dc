/**
 * Which of the found contacts are deleted with an identity, and which stay. Uses the rules of delivery. Pure.
 */
import type { FoundContact } from '../../model/contact.ts';
import type { Erasure } from '../../store/erasure.ts';
import type { FieldHashes } from '../decide/changed-fields.ts';
import { isInDoubt, resolveDoubt } from '../round/doubt/resolve.ts';
import { carriesId, ownerOf } from '../decide/match.ts';
import { SHOWN } from './look-up-contacts.ts';
import type { LookedUp } from './look-up-contacts.ts';

/** An identity, and the contacts that have to do with it. */
export interface IdentityContacts {
  readonly identityId: string;
  /** Trimmed and lower-cased. Null if it is not known. */
  readonly emailKey: string | null;
  /** What the store knows about it. */
  readonly erasure: Erasure | undefined;
  /** Zoho was searched by all of its keys. If not, it may have contacts that are not known. */
  readonly searched: boolean;
  /** Contacts that are deleted with it. */
  readonly contacts: readonly ContactShown[];
  /** One of its calls got no answer, and may have made or changed a contact. */
  readonly inDoubt: boolean;
  /** The contact that this call may have been about. If it was, it is deleted too. */
  readonly doubted: readonly ContactShown[];
  /** Contacts that match it but belong, or may belong, to another identity. They stay. */
  readonly others: readonly OtherContact[];
}

export interface OtherContact {
  readonly contact: ContactShown;
  readonly ownerId: string;
  /** It is linked to the other identity, has its Ory id, or may have been made by its unanswered call. */
  readonly by: 'link' | 'ory_id' | 'doubt';
}

export interface ContactShown {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

/**
 * @param found the contacts for the link, the Ory id, the emails and the marks of the identity
 * @param hash HMACs of sent values
 */
export function contactsOf(
  { identityId, emailKey, erasure }: Pick<IdentityContacts, 'identityId' | 'emailKey' | 'erasure'>,
  { contacts, links, doubters, byEmail }: LookedUp,
  oryIdField: string | null,
  hash: Pick<FieldHashes, 'sent'>,
): IdentityContacts {
  const known = { identityId, owners: links };
  const link = erasure?.contactId ?? null;
  const marks = erasure?.marks ?? [];
  const its = contacts.filter((contact) => contact.id === link || carriesId(known, contact, oryIdField));
  const own: FoundContact[] = [];
  const others: OtherContact[] = [];
  for (const contact of its) {
    const linkedTo = ownerOf(known, contact, null);
    const ownerId = linkedTo ?? ownerOf({ ...known, owners: new Map() }, contact, oryIdField);
    if (ownerId === undefined) own.push(contact);
    else others.push({ contact: shown(contact), ownerId, by: linkedTo === undefined ? 'ory_id' : 'link' });
  }
  const inDoubt = isInDoubt({ kind: 'erase', marks });
  const doubt = { identityId, contactId: link, marks, found: contacts, owners: links, byEmail };
  const resolved = inDoubt ? resolveDoubt({ ...doubt, strict: true }, oryIdField, hash) : undefined;
  const doubted = resolved?.is === 'contact' && !its.includes(resolved.contact) ? [resolved.contact] : [];
  const anothers = contacts.filter((one) => !its.includes(one) && !doubted.includes(one));
  others.push(...anothers.flatMap((contact) => mayBeAnothers(contact, identityId, links, doubters)));
  const unseen = link === null || its.some(({ id }) => id === link) ? [] : [{ id: link, fields: {} }];
  return {
    identityId,
    emailKey,
    erasure,
    searched: byEmail,
    contacts: [...unseen, ...own].map(shown),
    inDoubt,
    doubted: doubted.map(shown),
    others,
  };
}

function mayBeAnothers(
  contact: FoundContact,
  identityId: string,
  links: LookedUp['links'],
  doubters: LookedUp['doubters'],
): OtherContact[] {
  const ownerId = doubters.get(contact.id);
  if (ownerId === undefined || ownerId === identityId || links.has(contact.id)) return [];
  return [{ contact: shown(contact), ownerId, by: 'doubt' }];
}

/** Contacts that belong to no identity, and were surely not made by an unanswered call. */
export function unlinkedOf(
  { contacts, owners, doubters }: LookedUp,
  subjects: readonly IdentityContacts[],
): ContactShown[] {
  const named = new Set(
    subjects.flatMap(({ doubted, others }) => [
      ...doubted.map(({ id }) => id),
      ...others.map(({ contact }) => contact.id),
    ]),
  );
  const isSubjects = (id: string) => subjects.some(({ identityId }) => identityId === doubters.get(id));
  return contacts
    .filter(({ id }) => !owners.has(id) && !named.has(id) && (!doubters.has(id) || isSubjects(id)))
    .map(shown);
}

function shown(contact: FoundContact): ContactShown {
  const names = SHOWN.map((field) => contact.fields[field]).filter((name) => typeof name === 'string');
  const email = contact.fields['Email'];
  return { id: contact.id, name: names.join(' ') || null, email: typeof email === 'string' ? email : null };
}
