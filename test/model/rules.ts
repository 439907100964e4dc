/** The rules of delivery that hold at every moment, after each delivery, and in the end, by their numbers. */
import { expect } from 'vitest';
import { z } from 'zod';
import { moreTelling } from '../../src/model/event.ts';
import type { Event } from '../../src/model/event.ts';
import type { ContactView, LoggedRequestView } from '../../src/sandbox/control.ts';
import type { State } from '../crash/person.ts';
import type { People, Told } from './people.ts';
import type { World } from './world.ts';

export async function checkAlways(people: People, world: World): Promise<void> {
  const contacts = await world.sandbox.control.contacts();
  const named = contacts.map(({ fields }) => fields['Last_Name']);
  const ours = people.everybody.map(({ lastName }) => lastName);
  const twice = ours.filter((name) => named.filter((other) => other === name).length > 1);
  expect(twice, 'rule 11: nobody has a second contact').toEqual([]);
  const failed = world.run("SELECT identity_id, reason, message FROM outbox WHERE state = 'failed'");
  const living = people.living.map(({ id }) => id);
  expect(
    failed.filter(({ identity_id }) => living.includes(String(identity_id))),
    'rule 13: a failed call fails no record; rule 21: nobody is left without a contact',
  ).toEqual([]);
  expect(await meetings(world), 'rule 10: never two calls under way with one email').toEqual([]);
  const kept = world.run(
    `SELECT outbox.identity_id FROM outbox JOIN ledger USING (identity_id)
      WHERE erased_at IS NOT NULL AND payload IS NOT NULL`,
  );
  expect(kept, 'rule 7: no payload is kept of who is erased').toEqual([]);
}

const writeBody = z.object({
  data: z.array(z.object({ id: z.string().optional(), Email: z.string().nullish() })),
});

/** Emails and contacts that two calls were writing at one time. */
async function meetings({ sandbox, overtaken }: World): Promise<string[]> {
  const all = [
    ...(await sandbox.control.requests('upsert')),
    ...(await sandbox.control.requests('update')),
  ].filter(({ fault }) => fault === undefined || !overtaken.has(fault));
  const calls = all.map((call) => ({ ...call, keys: keysOf(call) }));
  return calls.flatMap((one, index) =>
    calls
      .slice(index + 1)
      .filter((other) => one.startedAt < other.endedAt && other.startedAt < one.endedAt)
      .flatMap(({ keys }) => keys.filter((key) => one.keys.includes(key))),
  );
}

function keysOf({ body }: LoggedRequestView): string[] {
  if (body === undefined) return [];
  const { data } = writeBody.parse(JSON.parse(body));
  return data.flatMap(({ id, Email }) => [id, Email?.toLowerCase()]).filter((key) => typeof key === 'string');
}

/** @param events of each person, when this delivery began */
export async function checkDelivered(
  people: People,
  world: World,
  events: ReadonlyMap<string, readonly Event[]>,
): Promise<void> {
  for (const person of people.everybody) {
    const settled = world.settled.filter(({ identityId }) => identityId === person.id);
    if (settled.length === 0) continue;
    const [first] = settled;
    if (first?.outcome === 'created' && !person.settled && !person.inDoubt) {
      const telling = events.get(person.id)?.reduce(moreTelling);
      expect(first.event, 'rule 6: the most telling of the pending events').toBe(telling);
    }
    person.settled = true;
    if (world.run('SELECT 1 FROM outbox WHERE identity_id = ?', person.id).length === 0)
      person.hinted = false;
    const before = person.delivered;
    const link = world.linkOf(person.id);
    const contact = link === undefined ? null : await world.sandbox.control.contact(link);
    const now = contact === null ? -1 : stateShown(contact, person);
    if (now >= 0 && before !== undefined && !person.inDoubt && person.partedAt === undefined) {
      const changed = fieldsChanged(person.states.slice(before, now + 1));
      const sent = settled.flatMap(({ fields }) => fields);
      expect(
        sent.filter((field) => !changed.has(field)),
        'rule 18: unchanged fields are not sent',
      ).toEqual([]);
    }
    person.delivered = now < 0 ? undefined : now;
    // What was settled may be followed by a call without an answer in the same delivery.
    const marked = "SELECT 1 FROM outbox WHERE identity_id = ? AND marks <> '[]'";
    person.inDoubt &&= world.run(marked, person.id).length > 0;
  }
}

const FIELDS: readonly [string, (state: State) => string][] = [
  ['Email', ({ email }) => email],
  ['First_Name', ({ firstName }) => firstName],
  ['Title', ({ title }) => title],
];

function fieldsChanged(states: readonly State[]): Set<string> {
  const changed = new Set<string>();
  for (const [field, of] of FIELDS) if (new Set(states.map(of)).size > 1) changed.add(field);
  return changed;
}

/** Which state of the person a contact shows; -1 = none. */
export function stateShown({ fields }: ContactView, person: Told): number {
  if (fields['Last_Name'] !== person.lastName) return -1;
  return person.states.findIndex((state) => FIELDS.every(([field, of]) => fields[field] === of(state)));
}

/** Everything has been delivered: what was heard is there, newest, once, and stays as it is. */
export async function checkInTheEnd(people: People, world: World): Promise<void> {
  const { control } = world.sandbox;
  const waiting = world.run("SELECT identity_id, kind, event FROM outbox WHERE state = 'waiting'");
  expect(waiting, 'all is delivered').toEqual([]);
  for (const person of people.living.filter(({ acknowledged }) => acknowledged >= 0)) {
    const [row] = world.run('SELECT contact_id, version FROM ledger WHERE identity_id = ?', person.id);
    const contact = await control.contact(String(row?.['contact_id']));
    const { partedAt, acknowledged } = person;
    if (partedAt !== undefined && partedAt >= acknowledged) continue;
    const shows = contact === null ? 'no contact' : contact.fields;
    const state = contact === null ? -1 : stateShown(contact, person);
    expect(
      { shows, state: state >= acknowledged },
      `rules 1 to 3, 11, 12, 21: ${person.lastName} is as ${acknowledged} or newer of ${JSON.stringify(person.states)}`,
    ).toEqual({ shows: expect.objectContaining({ Last_Name: person.lastName }), state: true });
  }
  const erased = people.everybody.filter((person) => person.erased).map(({ lastName }) => lastName);
  const left = (await control.contacts()).filter(({ fields }) =>
    erased.some((name) => name === fields['Last_Name']),
  );
  expect(left, 'rule 24: nothing is left in Zoho of who is erased').toEqual([]);
}

/** How often Zoho was written to. */
export async function writes({ sandbox }: World): Promise<number> {
  const { calls } = await sandbox.control.counters();
  return (calls['upsert'] ?? 0) + (calls['update'] ?? 0) + (calls['delete'] ?? 0);
}
