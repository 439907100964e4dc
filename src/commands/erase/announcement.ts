import { printable } from '../terminal/printable.ts';
import { textTable } from '../terminal/text-table.ts';
import type { Search } from '../../sync/find-identity/with-contacts.ts';
import type {
  ContactShown,
  OtherContact,
  IdentityContacts,
} from '../../sync/find-identity/whose-contacts.ts';

const MAY_HAVE_MADE = 'A call that Zoho never answered may have created';

/** What will be erased and what will not. It has personal data, for the person who decides. */
export function announcement(
  search: Search,
  subject: IdentityContacts,
  linkTo: (id: string) => string | undefined,
): string {
  const { identityId, erasure } = subject;
  const contacts = contactLines(subject);
  const rows: [string, string][] = [
    ['Identity', identityId],
    ...(contacts.length === 0 ? [noneText(subject)] : contacts).map((text): [string, string] => [
      'Contact',
      text,
    ]),
    ...(erasure?.state == null
      ? []
      : [['Outbox', 'its waiting and failed rows are deleted'] as [string, string]]),
    ['Kept', 'its id, so that it is not synced again until `ory-zoho erase <id> --lift`'],
  ];
  const notes = [
    ...(contacts.length === 0
      ? []
      : ['Zoho keeps deleted records in its recycle bin for 60 days. Empty it there.']),
    'The identity itself is not deleted. Delete it in Ory.',
  ];
  const table = [...textTable(rows, undefined), '', ...notes, ''].join('\n');
  return table + othersText(subject, linkTo) + notesOn(search, linkTo, subject);
}

function contactLines({ contacts, doubted }: IdentityContacts): string[] {
  const maybe = 'a call that Zoho never answered may have created or changed it; if so, it is deleted';
  return [...contacts.map(contactText), ...doubted.map((contact) => `${contactText(contact)} (${maybe})`)];
}

function noneText({ inDoubt, searched }: IdentityContacts): string {
  if (!searched && !inDoubt) return 'none is known, but Zoho was not searched for all of its keys';
  return inDoubt
    ? `none is known. ${MAY_HAVE_MADE} a contact; it is looked up and deleted`
    : 'none is known; the identity is only kept from being synced again';
}

const BELONGS: { readonly [By in OtherContact['by']]: (ownerId: string) => string } = {
  link: (ownerId) => `is linked to identity ${ownerId}`,
  ory_id: (ownerId) => `carries the id of identity ${ownerId}`,
  doubt: (ownerId) => `may have been created by a call for identity ${ownerId} that Zoho never answered`,
};

/** Related contacts that belong to another identity. They are not deleted. */
export function othersText({ others }: IdentityContacts, linkTo: (id: string) => string | undefined): string {
  return others
    .map(
      ({ contact, ownerId, by }) =>
        `NOT erased: contact ${contactText(contact)} ${BELONGS[by](ownerId)}.\n` +
        `  If it belongs to this person, delete it in Zoho: ${linkTo(contact.id) ?? contact.id}\n`,
    )
    .join('');
}

/** Contacts with the email that are not deleted, and the systems that could not be asked. */
export function notesOn(
  { unlinked, problems }: Search,
  linkTo: (id: string) => string | undefined,
  subject?: IdentityContacts,
): string {
  const notes = [
    ...unlinked.flatMap((contact) => [
      `NOT erased: contact ${contactText(contact)} has this email, but no identity is linked to it.`,
      ...(mayTakeOver(subject) ? [UNLESS_TAKEN_OVER] : []),
      `  Decide, and delete it in Zoho: ${linkTo(contact.id) ?? contact.id}`,
    ]),
    ...problems.map((problem) => `Warning: ${printable(problem)}`),
  ];
  return notes.map((note) => `${note}\n`).join('');
}

const UNLESS_TAKEN_OVER =
  '  A delivery of the identity is waiting. If serve delivers it before you confirm, the identity adopts this contact, and the contact is deleted.';

/** Until the erasure is queued, a waiting row of the identity can still be delivered. */
function mayTakeOver(subject: IdentityContacts | undefined): boolean {
  return subject?.erasure?.kind === 'upsert' && subject.erasure.state === 'waiting';
}

function contactText({ id, name, email }: ContactShown): string {
  return [id, name, email]
    .filter((part) => part !== null)
    .map(printable)
    .join(', ');
}
