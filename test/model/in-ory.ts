/** What people and admins do in Ory, and whether a webhook reports it. */
import { expect } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { IdentityJson } from '../../src/sandbox/control/control.ts';
import { putDelete } from '../../src/store/outbox/put/put-delete.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { departmentOf, stateOf, traitsOf } from '../crash/person.ts';
import type { Department } from '../crash/person.ts';
import { about, happening, tell } from './happening.ts';
import type { Happening } from './happening.ts';
import { Told, emailOf } from './people.ts';
import type { World, WorkerName } from './world.ts';

export interface Telling {
  readonly told: boolean;
  readonly to: WorkerName;
}
const shown = ({ told, to }: Telling) => (told ? `told to ${to}` : 'not told');

export function signUp(number: number, email: number, has: boolean, telling: Telling): Happening {
  return happening(
    `sign up ${number} with email ${email}${has ? ' and a department' : ''}, ${shown(telling)}`,
    (people) => people.all[number] === undefined && !people.has(emailOf(email)),
    async (people, world) => {
      const lastName = `Person${number}No${people.everybody.length}`;
      const traits = traitsOf(lastName, 0, emailOf(email), has ? departmentOf(lastName, 0) : null);
      const person = new Told(await world.sandbox.control.createIdentity({ traits }), lastName);
      people.all[number] = person;
      people.everybody.push(person);
      if (telling.told) await tell(world, person, 0, 'registration', telling.to);
    },
  );
}

async function came(person: Told, identity: IdentityJson, world: World, event: Event, telling: Telling) {
  person.states.push(stateOf(identity));
  person.identities.push(identity);
  person.cameAt.push(Date.now());
  if (telling.told) await tell(world, person, person.newest, event, telling.to);
}

/** Changes that are further apart are ordered by their times alone (rule 1). */
const CLOSE_MS = 2_001;

async function changed(world: World, person: Told, traits: JsonObject): Promise<IdentityJson> {
  await world.sandbox.control.advanceClock(CLOSE_MS);
  return world.sandbox.control.updateIdentity(person.id, { traits });
}

export function rename(number: number, department: Department, telling: Telling): Happening {
  const what = `rename ${number}, department: ${department}, ${shown(telling)}`;
  return about(what, number, async (person, world) => {
    const identity = await changed(world, person, person.traitsWith({ department }));
    await came(person, identity, world, 'settings', telling);
  });
}

/** Two changes are so close that their times show no order. Ory is asked which one it has kept (rule 1). */
export function renameTwice(number: number, to: WorkerName): Happening {
  return about(
    `rename ${number} twice at once, sent to ${to} in the wrong order`,
    number,
    async (person, world) => {
      const isToBeRead = person.hinted;
      const first = await changed(world, person, person.traitsWith({}));
      await came(person, first, world, 'settings', { told: false, to });
      person.close.add(person.newest).add(person.newest + 1);
      const traits = person.traitsWith({});
      const second = await world.sandbox.control.updateIdentity(person.id, { traits });
      await came(person, second, world, 'settings', { told: true, to });
      const result = await tell(world, person, person.newest - 1, 'settings', to);
      // While a webhook with a clock that was ahead is not corrected by a read, all later ones look older.
      const isClear = !person.ahead && !isToBeRead;
      if (isClear) expect(result, 'rule 1: too close to be ordered').toMatch(/^(put|read_first)$/);
    },
  );
}

export function changeEmail(
  number: number,
  email: number,
  department: Department,
  telling: Telling,
): Happening {
  return about(
    `${number} changes to email ${email}, department: ${department}, ${shown(telling)}`,
    number,
    async (person, world) => {
      const traits = person.traitsWith({ email: emailOf(email), department });
      await came(person, await changed(world, person, traits), world, 'settings', telling);
    },
    (_person, people) => !people.has(emailOf(email)),
  );
}

export function verify(number: number, telling: Telling): Happening {
  return about(
    `${number} verifies, ${shown(telling)}`,
    number,
    async (person, world) => {
      const identity = await world.sandbox.control.verifyIdentity(person.id);
      await came(person, identity, world, 'verification', telling);
    },
    ({ now }) => !now.verified,
  );
}

/** The identity is deleted in Ory, which sends no webhook. A scan may find out. */
export function goes(number: number, found: boolean, worker: WorkerName): Happening {
  return about(
    `${number} is deleted in Ory${found ? ', and a scan finds out' : ''}`,
    number,
    async (person, world, people) => {
      people.all[number] = undefined;
      person.living = false;
      await world.sandbox.control.deleteIdentity(person.id);
      if (!found) return;
      await putDelete(world.worker(worker).store, [person.id], {
        event: 'reconcile',
        policy: 'delete',
        run: null,
      });
    },
  );
}

export function erase(number: number, worker: WorkerName): Happening {
  return about(`${number} is erased`, number, async (person, world, people) => {
    people.all[number] = undefined;
    person.erased = true;
    await world.sandbox.control.deleteIdentity(person.id);
    await putErase(world.worker(worker).store, person.id, person.now.email);
  });
}
