import type { ContactView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from './person.ts';
import type { Person } from './person.ts';
import { identitiesIn, shown } from './whose.ts';
import type { Stage } from './lives.ts';

type Contact = Pick<ContactView, 'id' | 'fields'>;

/** The part of Ory's data that must be in Zoho: what was acknowledged, or everything. */
export type Expected = 'acknowledged' | 'everything';

/**
 * Compares Ory with the contacts, and returns each difference as a sentence. The contact of an identity that
 * is gone from Ory counts only if it is a second contact.
 */
export async function differences(stage: Stage, expected: Expected): Promise<string[]> {
  const { people } = stage.town;
  const contacts = await stage.sandbox.control.contacts();
  const links = await linksOf(stage);
  const failed = await failuresOf(stage);
  const told = stage.town.living.filter(({ acknowledged }) => expected === 'everything' || acknowledged >= 0);
  // If a person is not up to date, another person may already have the email, and ory-zoho may not know it
  // yet.
  const upToDate = (person: Person) => expected === 'everything' || person.acknowledged === person.newest;
  const linked = new Set(stage.town.living.filter(upToDate).map(({ id }) => links.get(id)));
  const ofTheUpToDate = contacts.filter(({ id }) => linked.has(id));
  return [
    ...shared(contacts, 'Last_Name'),
    ...shared(ofTheUpToDate, 'Email'),
    ...contacts.flatMap((contact) => mixed(contact, people)),
    ...told.flatMap((person) => {
      const least = expected === 'everything' ? person.newest : person.acknowledged;
      if (!upToDate(person) && failed.get(person.id)?.startsWith('email_taken')) return [];
      const contact = contacts.find(({ id }) => id === links.get(person.id));
      return contact === undefined
        ? [`${person.lastName} (${person.id}) is in no contact; failed: ${failed.get(person.id)}`]
        : wrongIn(contact, person, least);
    }),
  ];
}

function wrongIn(contact: Contact, person: Person, least: number): string[] {
  const is = person.states.findIndex(({ fields }) =>
    MAPPED.every((field) => (contact.fields[field] ?? null) === fields[field]),
  );
  if (is >= least) return [];
  return [
    `the contact of ${person.lastName} (${person.id}) is ${shown(contact)}, not state ${least} or a newer one of ` +
      JSON.stringify(person.states),
  ];
}

/** All fields of a contact must belong to the same identity, even one that has left. */
function mixed(contact: Contact, people: readonly Person[]): string[] {
  const names = [...identitiesIn(contact)];
  const person = people.find(({ lastName }) => lastName === names[0]);
  const { Email } = contact.fields;
  const itsEmail = person?.states.some(({ email }) => email === Email) === true;
  return names.length === 1 && itsEmail
    ? []
    : [
        `${shown(contact)} has values of ${names.join(' and ')}${itsEmail ? '' : ', and the email of another one'}`,
      ];
}

function shared(contacts: readonly Contact[], field: string): string[] {
  const groups = Map.groupBy(contacts, ({ fields }) => JSON.stringify(fields[field]).toLowerCase());
  return [...groups]
    .filter(([, { length }]) => length > 1)
    .map(([value, group]) => `${value} is in more than one contact: ${group.map(shown).join(', ')}`);
}

async function linksOf({ database }: Stage): Promise<Map<string, string>> {
  const rows = await database.run('SELECT identity_id, contact_id FROM ledger WHERE contact_id IS NOT NULL');
  return new Map(rows.map((row) => [String(row['identity_id']), String(row['contact_id'])]));
}

async function failuresOf({ database }: Stage): Promise<Map<string, string>> {
  const rows = await database.run("SELECT identity_id, reason, message FROM outbox WHERE state = 'failed'");
  return new Map(rows.map((row) => [String(row['identity_id']), [row['reason'], row['message']].join(': ')]));
}
