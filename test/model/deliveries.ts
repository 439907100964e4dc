/** The actions of the two workers, and what happens to them. */
import { expect } from 'vitest';
import { happening } from './happening.ts';
import type { Happening } from './happening.ts';
import type { People } from './people.ts';
import { checkDelivered } from './rules.ts';
import type { Trouble, WorkerName } from './world.ts';

export function deliver(worker: WorkerName, trouble: Trouble | undefined): Happening {
  const what = trouble === undefined ? '' : `; ${trouble.operation} meets ${JSON.stringify(trouble.effect)}`;
  return happening(
    `${worker} delivers${what}`,
    () => true,
    async (people, world) => {
      if (world.stuck.has(worker)) return;
      const events = new Map(people.everybody.map((person) => [person.id, [...person.events]]));
      people.eventsBefore.set(worker, events);
      await world.deliver(worker, trouble);
      await checkDelivered(people, world);
    },
  );
}

export function answer(worker: WorkerName): Happening {
  return happening(
    `Zoho answers ${worker}`,
    () => true,
    async (people, world) => {
      // If an answer after an erasure names another contact, that contact is erased too, so the erasure is
      // put in again (rule 24).
      const erased = new Set(people.everybody.filter((person) => person.erased).map(({ id }) => id));
      const lost = world.takenOver(worker).filter((id) => !erased.has(id));
      const standing = () => lost.map((id) => world.standing(id));
      const before = standing();
      await world.answer(worker);
      expect(standing(), 'rule 8: a worker that has lost a lease changes nothing').toEqual(before);
      await checkDelivered(people, world);
    },
  );
}

export function crash(worker: WorkerName): Happening {
  return happening(
    `${worker} crashes`,
    () => true,
    async (people, world) => {
      doubt(people, world.heldBy(worker));
      await world.crash(worker);
    },
  );
}

export function overtake(worker: WorkerName): Happening {
  return happening(
    `${worker} loses its leases during a call`,
    () => true,
    async (people, world) => {
      if (world.overtake(worker)) doubt(people, world.heldBy(worker));
    },
  );
}

/** Whatever Zoho answers for these now, the worker that settles them next does not know it. */
function doubt(people: People, ids: readonly string[]): void {
  for (const person of people.everybody) if (ids.includes(person.id)) person.inDoubt = true;
}

export function timePasses(): Happening {
  return happening(
    'time passes',
    () => true,
    async (_people, world) => world.timePasses(),
  );
}
