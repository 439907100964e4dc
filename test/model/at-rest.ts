/** The checks of all contacts when no row is waiting: rules 1 to 3, 11, 12, 17, 21 and 24. */
import { expect } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { ContactView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from '../crash/person.ts';
import { identitiesIn, shown } from '../crash/whose.ts';
import type { People, Told } from './people.ts';
import type { World } from './world.ts';

type Fields = { [field: string]: Json };

/**
 * Everything is delivered. Each person has one contact, with the newest received state and no values of
 * others.
 */
export async function checkAtRest(people: People, world: World): Promise<void> {
  const waiting = world.run(
    "SELECT identity_id, kind, event, waits_for, marks FROM outbox WHERE state = 'waiting'",
  );
  expect(waiting, 'everything is delivered').toEqual([]);
  const contacts = await world.sandbox.control.contacts();
  const linked = new Map(people.everybody.map((person) => [world.linkOf(person.id), person]));
  const wrong = contacts.flatMap((contact) => {
    const says = wrongIn(contact, linked.get(contact.id), people, world);
    return says === undefined ? [] : [`${says}: ${shown(contact)}`];
  });
  expect(
    wrong,
    `rules 11, 17, 21, 24: each contact belongs to one identity alone, by ${toldOf(people)}`,
  ).toEqual([]);
  const heldUp = world.heldUpByErasures();
  const without = people.living
    .filter(({ id }) => !heldUp.has(id))
    .filter(({ acknowledged, partedAt = -1 }) => acknowledged >= 0 && partedAt < acknowledged)
    .filter(({ id }) => !contacts.some((contact) => contact.id === world.linkOf(id)))
    .map(({ lastName }) => lastName);
  expect(without, `rules 1 to 3, 11, 12, 21: every person has a contact, by ${toldOf(people)}`).toEqual([]);
}

function toldOf({ everybody }: People): string {
  return JSON.stringify(everybody.map(({ acknowledged, states }) => ({ acknowledged, states })));
}

/** @param person the person that it is linked to */
function wrongIn(
  contact: ContactView,
  person: Told | undefined,
  people: People,
  world: World,
): string | undefined {
  const made = people.made.get(contact.id);
  if (made !== undefined && contact.fields['Description'] !== made['Description']) {
    return "the salesperson's value of an unmapped field is gone";
  }
  const isHeldUp = person !== undefined && world.heldUpByErasures().has(person.id);
  return person?.living === true && !person.erased && !isHeldUp
    ? wrongInLinked(contact, person, made, people)
    : wrongInOther(contact, person, made, people, world);
}

function wrongInLinked(
  contact: ContactView,
  person: Told,
  made: Fields | undefined,
  people: People,
): string | undefined {
  const { partedAt, acknowledged, lastName } = person;
  const parted = partedAt !== undefined && partedAt >= acknowledged;
  const state = stateShown(contact, person, made);
  if (state < (parted ? 0 : acknowledged))
    return `it does not show ${lastName} in state ${acknowledged} or newer`;
  const department = made?.['Department'];
  if (department == null || contact.fields['Department'] != null) return undefined;
  // If no person who may have had this contact has a department, none was written, so none has to be cleared.
  const written = people.everybody.some(({ states }) =>
    states.some(({ fields }) => fields.Department !== null),
  );
  return written ? undefined : `the salesperson's department is gone`;
}

/**
 * The contact belongs to no person, to one who is gone from Ory, or to one whose row waits for a person. It
 * must have no value of another person.
 */
function wrongInOther(
  contact: ContactView,
  linked: Told | undefined,
  made: Fields | undefined,
  people: People,
  world: World,
): string | undefined {
  const { everybody } = people;
  const isMade = (field: string) => made !== undefined && contact.fields[field] === made[field];
  if (MAPPED.every(isMade)) return undefined;
  const { id, fields } = contact;
  const own = {
    id,
    fields: Object.fromEntries(
      MAPPED.map((field) => [field, isMade(field) ? null : (fields[field] ?? null)]),
    ),
  };
  const [name, ...others] = identitiesIn(own);
  const person = everybody.find(({ lastName }) => lastName === name);
  if (person === undefined) return 'it has changed, but belongs to no person';
  if (others.length > 0) return `it has values of ${[name, ...others].join(' and ')}`;
  if (person.erased) {
    const failed = world.run("SELECT 1 FROM outbox WHERE state = 'failed' AND identity_id = ?", person.id);
    return failed.length > 0 ? undefined : `it still has values of ${name}, who is erased`;
  }
  if (person.living && person !== linked) return `it has values of ${name}, who has another contact`;
  const odd = MAPPED.filter((field) => {
    const value = own.fields[field] ?? null;
    return value !== null && !person.states.some(({ fields }) => fields[field] === value);
  });
  return odd.length === 0 ? undefined : `${name} never had these values: ${odd.join(', ')}`;
}

/**
 * The state of the person that a contact shows, or -1. A field without a value may have a salesperson's text.
 */
export function stateShown(
  { fields }: Pick<ContactView, 'fields'>,
  person: Told,
  made: Fields | undefined,
): number {
  return person.states.findIndex((state) =>
    MAPPED.every((field) => {
      const value = fields[field] ?? null;
      return value === state.fields[field] || (state.fields[field] === null && value === made?.[field]);
    }),
  );
}
