/** What must be true when nothing is waiting. It is worked out from Ory and from what salespeople did alone. */
import type { ContactView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from '../crash/person.ts';
import { identitiesIn, shown, whose } from '../crash/whose.ts';
import { leftByGone } from './gone.ts';
import type { People, Someone, Typed } from './people.ts';
import type { Simulation } from './simulation.ts';
import type { Setting } from './story.ts';

/** @returns what is wrong, as sentences */
export async function atRest(simulation: Simulation, people: People, setting: Setting): Promise<string[]> {
  const contacts = await simulation.control.contacts();
  const links = linksOf(simulation);
  const failed = failuresOf(simulation);
  const heldUp = heldUpByErasures(simulation, people);
  return [
    ...simulation.writes.broken,
    ...simulation.serves.flatMap(({ failedStarts }) =>
      failedStarts.map((why) => `serve has not started: ${why}`),
    ),
    ...waiting(simulation, heldUp),
    ...people.everybody.flatMap((someone) => twice(someone, contacts, people)),
    ...people.living
      .filter(({ id, acknowledged }) => !heldUp.has(id) && (setting.reconcile || acknowledged >= 0))
      .flatMap((someone) => wrongOf(someone, { contacts, links, failed, people, setting })),
    ...contacts.flatMap((contact) => mixed(contact, people)),
    ...leftByGone(contacts, people, setting),
    ...people.everybody
      .filter(({ erased }) => erased)
      .flatMap((someone) => left(someone, contacts, failed, people)),
  ];
}

function linksOf(simulation: Simulation): Map<string, string> {
  const rows = simulation.run('SELECT identity_id, contact_id FROM ledger WHERE contact_id IS NOT NULL');
  return new Map(rows.map((row) => [String(row['identity_id']), String(row['contact_id'])]));
}

function failuresOf(simulation: Simulation): Map<string, string> {
  const rows = simulation.run("SELECT identity_id, reason, message FROM outbox WHERE state = 'failed'");
  return new Map(
    rows.map((row) => [String(row['identity_id']), `${String(row['reason'])}: ${String(row['message'])}`]),
  );
}

/**
 * Without the COQL scope, nobody can see whether the lost call of an erased identity made a contact. Its email
 * stays taken until an operator connects with the scope (rules 11 and 24).
 */
function heldUpByErasures(simulation: Simulation, { everybody }: People): Set<string> {
  if (simulation.coql) return new Set();
  const erased = new Set(everybody.filter((someone) => someone.erased).map(({ id }) => id));
  const rows = simulation.run('SELECT identity_id, waits_for FROM outbox WHERE waits_for IS NOT NULL');
  return new Set(
    rows.filter((row) => erased.has(String(row['waits_for']))).map((row) => String(row['identity_id'])),
  );
}

function waiting(simulation: Simulation, heldUp: ReadonlySet<string>): string[] {
  const rows = simulation.run(
    "SELECT identity_id, event, reason, message, waits_for FROM outbox WHERE state = 'waiting'",
  );
  return rows
    .filter((row) => !heldUp.has(String(row['identity_id'])))
    .map((row) => `still waiting: ${JSON.stringify(row)}`);
}

/** Rule 11: no identity has a second contact. */
function twice({ lastName }: Someone, contacts: readonly ContactView[], { restored }: People): string[] {
  const named = contacts.filter(({ id, fields }) => fields['Last_Name'] === lastName && !restored.has(id));
  return named.length > 1
    ? [`${lastName} has ${named.length} contacts: ${named.map(shown).join(' and ')}`]
    : [];
}

interface Known {
  readonly contacts: readonly ContactView[];
  readonly links: ReadonlyMap<string, string>;
  readonly failed: ReadonlyMap<string, string>;
  readonly people: People;
  readonly setting: Setting;
}

/** Each living identity has one contact with its newest values. */
function wrongOf(someone: Someone, { contacts, links, failed, people, setting }: Known): string[] {
  const { id, lastName, newest, acknowledged, partedAt } = someone;
  const failure = failed.get(id);
  if (failure !== undefined) return [`${lastName} has failed: ${failure}`];
  const contact = contacts.find((one) => one.id === links.get(id));
  const least = setting.reconcile ? newest : acknowledged;
  if (contact === undefined) return partedAt >= least ? [] : [`${lastName} has no contact`];
  const made = people.made.get(contact.id);
  const shows = someone.states.findLastIndex((state, number) =>
    MAPPED.every((field) => {
      const value = contact.fields[field] ?? null;
      if (value === state.fields[field]) return true;
      if (state.fields[field] === null && made !== undefined && value === made[field]) return true;
      if (setting.adopt === 'fill' && made !== undefined && value === (made[field] ?? null)) return true;
      return people.typed.some((typed) => mayStay(typed, { contact, field, someone, number, setting }));
    }),
  );
  const expected = partedAt >= least ? 0 : least;
  return shows >= expected
    ? lostOf(someone, contact, people, setting)
    : [
        `${lastName} must be in state ${least} or newer: ${shown(contact)}, not ${JSON.stringify(someone.states.slice(least))}`,
      ];
}

/** What a salesperson typed after the delivery, into a field that has not changed in Ory since, must be there. */
function lostOf(
  { id, states, newest, lastName, partedAt }: Someone,
  contact: ContactView,
  { typed, everybody }: People,
  { coql }: Setting,
): string[] {
  // Rule 21: without the COQL scope, Zoho writes another identity's values to a contact that has its email, and what
  // was typed into these fields is gone.
  const emails = typed.filter((one) => one.contactId === contact.id && one.field === 'Email');
  const others = everybody.filter((one) => one.id !== id).flatMap((one) => one.states);
  if (!coql && emails.some(({ value }) => others.some(({ fields }) => fields['Email'] === value))) return [];
  return typed
    .filter(({ identityId, contactId, field, state, afterDelivery }, index) => {
      const isLast = !typed
        .slice(index + 1)
        .some((later) => later.contactId === contactId && later.field === field);
      const isSame = states
        .slice(state, newest + 1)
        .every(({ fields }) => fields[field] === states[state]?.fields[field]);
      return (
        identityId === id && contactId === contact.id && afterDelivery && isLast && isSame && partedAt < state
      );
    })
    .filter(({ field, value }) => contact.fields[field] !== value)
    .map(({ field, value }) => `rule 18: ${lastName} has lost "${value}" in ${field}: ${shown(contact)}`);
}

/** What a salesperson typed stays unless the field has changed in Ory since. */
function mayStay(typed: Typed, { contact, field, someone, number, setting }: Shown): boolean {
  if (typed.contactId !== contact.id || typed.field !== field || typed.value !== contact.fields[field])
    return false;
  const { states, id } = someone;
  // It was typed while the contact belonged to another identity, and this one has adopted it.
  if (typed.identityId !== id) return setting.adopt === 'fill' || states[number]?.fields[field] === null;
  // Changes may be delivered together, so what was delivered before it was typed is any state up to then. If the
  // field has that value again, the serves have seen no change.
  return states
    .slice(0, typed.state + 1)
    .some((state) => state.fields[field] === states[number]?.fields[field]);
}

interface Shown {
  readonly contact: ContactView;
  readonly field: (typeof MAPPED)[number];
  readonly someone: Someone;
  /** The state that is compared. */
  readonly number: number;
  readonly setting: Setting;
}

/** Rules 17, 21 and 24: no contact has values of two identities. */
function mixed(contact: ContactView, people: People): string[] {
  const names = [...identitiesIn(contact)];
  return names.length > 1 && !people.made.has(contact.id)
    ? [`values of ${names.join(' and ')} in ${shown(contact)}`]
    : [];
}

/** Rule 24: nothing of an erased identity is left or comes back. */
function left(
  { lastName, id }: Someone,
  contacts: readonly ContactView[],
  failed: ReadonlyMap<string, string>,
  { made, restored }: People,
): string[] {
  if (failed.has(id)) return [];
  return contacts
    .filter(({ id: contactId, fields }) => {
      // A salesperson had deleted it, and takes it out of the recycle bin after the erasure.
      if (restored.has(contactId)) return false;
      // A salesperson has merged its contact into another one, which nothing links to the identity.
      const before = made.get(contactId);
      const own = MAPPED.map((field) =>
        before !== undefined && before[field] === fields[field] ? null : fields[field],
      );
      return own.some((value) => whose(value) === lastName);
    })
    .map((contact) => `${lastName} is erased, but is in ${shown(contact)}`);
}
