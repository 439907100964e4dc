/** Which of the contacts found go with an identity, and which stay: the rules by which delivery tells it, pure. */
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
  /** Trimmed and lower-cased; null: not known. */
  readonly emailKey: string | null;
  /** What is known of it here. */
  readonly erasure: Erasure | undefined;
  /** Contacts that are deleted with it. */
  readonly contacts: readonly ContactShown[];
  /** A call of it has no answer, and may have made a contact or changed one. */
  readonly inDoubt: boolean;
  /** The contact that this call may have been about: if it was, it is deleted too. */
  readonly doubted: readonly ContactShown[];
  /** Contacts that have to do with it, and belong or may belong to another identity: they stay. */
  readonly others: readonly OtherContact[];
}

export interface OtherContact {
  readonly contact: ContactShown;
  readonly ownerId: string;
  /** It is linked to that one; carries its Ory id; or a call of that one without an answer may have made it. */
  readonly by: 'link' | 'ory_id' | 'doubt';
}

export interface ContactShown {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

/**
 * @param found contacts by the link, the Ory id and the emails of the identity, and what its marks name
 * @param hash HMACs of values sent
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

/** Contacts that belong to no identity, and may have been made by no call without an answer. */
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
