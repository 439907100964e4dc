/**
 * The rules of delivery, by number: those that always hold, those after each delivery, and those at the end.
 */
import { expect } from 'vitest';
import { z } from 'zod';
import { moreTelling } from '../../src/model/event.ts';
import type { LoggedRequestView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from '../crash/person.ts';
import type { State } from '../crash/person.ts';
import { whose } from '../crash/whose.ts';
import { stateShown } from './at-rest.ts';
import type { People, Told } from './people.ts';
import { WORKERS } from './world.ts';
import type { World } from './world.ts';

export async function checkAlways(people: People, world: World): Promise<void> {
  const contacts = await world.sandbox.control.contacts();
  const named = contacts.map(({ fields }) => fields['Last_Name']);
  const ours = people.everybody.map(({ lastName }) => lastName);
  const twice = ours.filter((name) => named.filter((other) => other === name).length > 1);
  expect(twice, 'rule 11: no identity has a second contact').toEqual([]);
  const failed = world.run("SELECT identity_id, reason, message FROM outbox WHERE state = 'failed'");
  const heldUp = world.heldUpByErasures();
  const living = people.living.map(({ id }) => id).filter((id) => !heldUp.has(id));
  expect(
    failed.filter(({ identity_id }) => living.includes(String(identity_id))),
    'rule 13: a failed call fails no record; rule 21: no identity is left without a contact',
  ).toEqual([]);
  expect(await meetings(world), 'rule 10: no two calls use the same email at once').toEqual([]);
  const kept = world.run(
    `SELECT outbox.identity_id FROM outbox JOIN ledger USING (identity_id)
      WHERE erased_at IS NOT NULL AND payload IS NOT NULL`,
  );
  expect(kept, 'rule 7: no payload of an erased identity is kept').toEqual([]);
}

const writeBody = z.object({
  data: z.array(z.object({ id: z.string().optional(), Email: z.string().nullish() })),
});

/** Emails and contacts that two calls wrote at the same time. */
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

/** Checks what has settled since the last check. */
export async function checkDelivered(people: People, world: World): Promise<void> {
  const writes = await world.writes();
  const all = world.settled.splice(0);
  for (const person of people.everybody) {
    const settled = all.filter(({ settled: { identityId } }) => identityId === person.id);
    if (settled.length === 0) continue;
    const written = writes.slice(person.writesSeen).filter(({ call }) => mayBeOf(person, call));
    person.inDoubt ||= written.some(({ answered }) => !answered);
    const [first] = settled;
    if (first?.settled.outcome === 'created' && !person.settled && !person.inDoubt) {
      const telling = people.eventsBefore.get(first.by)?.get(person.id)?.reduce(moreTelling);
      expect(first.settled.event, 'rule 6: the most telling of the pending events').toBe(telling);
    }
    person.settled = true;
    if (world.run('SELECT 1 FROM outbox WHERE identity_id = ?', person.id).length === 0)
      person.hinted = false;
    const before = person.delivered;
    const link = world.linkOf(person.id);
    const contact = link === undefined ? null : await world.sandbox.control.contact(link);
    const now = contact === null ? -1 : stateShown(contact, person, people.made.get(contact.id));
    if (now >= 0 && before !== undefined && !person.inDoubt && person.partedAt === undefined) {
      const changed = fieldsChanged(person.states.slice(before, now + 1));
      const sent = settled.flatMap(({ settled: { fields } }) => fields);
      expect(
        sent.filter((field) => !changed.has(field)),
        'rule 18: unchanged fields are not sent',
      ).toEqual([]);
    }
    // A call under way may have changed the contact already.
    const isUnderWay = WORKERS.some((worker) => world.heldBy(worker).includes(person.id));
    person.delivered = now < 0 || isUnderWay ? undefined : now;
    // After the settlement, the same delivery may make another call.
    person.inDoubt =
      written.toSorted((a, b) => a.call.startedAt - b.call.startedAt).at(-1)?.answered === false;
    person.writesSeen = writes.length;
  }
}

const anyWrite = z.object({ data: z.array(z.record(z.string(), z.json())) });

/** Whether the write may be for this person, by its body. True if that is unknown. */
function mayBeOf({ lastName }: Told, { body }: LoggedRequestView): boolean {
  if (body === undefined) return true;
  return anyWrite.parse(JSON.parse(body)).data.some((record) => {
    const names = Object.values(record).map(whose);
    return names.includes(lastName) || names.every((name) => name === undefined);
  });
}

function fieldsChanged(states: readonly State[]): Set<string> {
  return new Set(MAPPED.filter((field) => new Set(states.map(({ fields }) => fields[field])).size > 1));
}

/** The number of writes to Zoho. */
export async function countWrites({ sandbox }: World): Promise<number> {
  const { calls } = await sandbox.control.counters();
  return (calls['upsert'] ?? 0) + (calls['update'] ?? 0) + (calls['delete'] ?? 0);
}
