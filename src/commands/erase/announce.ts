import type { ContactShown, Search, Subject } from './find-subject.ts';
import { printable } from '../printable.ts';
import { textTable } from '../text-table.ts';

/** What is about to be erased, and what is not; personal data, for the person who decides. */
export function announcement(
  search: Search,
  subject: Subject,
  linkTo: (id: string) => string | undefined,
): string {
  const { identityId, contacts, erasure } = subject;
  const rows: [string, string][] = [
    ['Identity', identityId],
    ...(contacts.length === 0
      ? [['Contact', 'none is known: it is only kept out from now on'] as [string, string]]
      : contacts.map((contact): [string, string] => ['Contact', contactText(contact)])),
    ...(erasure?.state == null
      ? []
      : [['Outbox', 'what waits or failed for it is dropped'] as [string, string]]),
    ['Kept', 'its id, so that it stays out until `ory-zoho erase <id> --lift`'],
  ];
  const notes = [
    ...(contacts.length === 0
      ? []
      : ['Zoho keeps deleted records in its recycle bin for 60 days: empty it there.']),
    'The identity itself is not touched: delete it in Ory.',
  ];
  const table = [...textTable(rows, undefined), '', ...notes, ''].join('\n');
  return table + othersText(subject, linkTo) + notesOn(search, linkTo);
}

/** Contacts that have to do with the identity and belong to another one: they stay. */
export function othersText({ others }: Subject, linkTo: (id: string) => string | undefined): string {
  return others
    .map(
      ({ contact, ownerId, linked }) =>
        `NOT erased: contact ${contactText(contact)} ${linked ? 'is linked to' : 'carries the id of'} identity ${ownerId}.\n` +
        `  If it is the person's, delete it in Zoho: ${linkTo(contact.id) ?? contact.id}\n`,
    )
    .join('');
}

/** Contacts that stay although they have the email, and who could not be asked. */
export function notesOn({ unlinked, problems }: Search, linkTo: (id: string) => string | undefined): string {
  const notes = [
    ...unlinked.flatMap((contact) => [
      `NOT erased: contact ${contactText(contact)} has this email, and none of ours is linked to it.`,
      `  Decide, and delete it in Zoho: ${linkTo(contact.id) ?? contact.id}`,
    ]),
    ...problems.map((problem) => `Warning: ${printable(problem)}`),
  ];
  return notes.map((note) => `${note}\n`).join('');
}

function contactText({ id, name, email }: ContactShown): string {
  return [id, name, email]
    .filter((part) => part !== null)
    .map(printable)
    .join(', ');
}
