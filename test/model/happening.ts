/** The events of a story, as commands of fast-check. A failing run shows them by name. */
import type { AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseIdentity } from '../../src/ory/identity/identity.ts';
import type { PutResult } from '../../src/model/outcome.ts';
import type { People, Told } from './people.ts';
import { checkAlways } from './rules.ts';
import type { World, WorkerName } from './world.ts';

export type Happening = AsyncCommand<People, World>;

export function happening(
  name: string,
  can: (people: People) => boolean,
  run: (people: People, world: World) => Promise<void>,
): Happening {
  return {
    check: can,
    run: async (people, world) => {
      await run(people, world);
      await checkAlways(people, world);
    },
    toString: () => name,
  };
}

/** An event for one existing person. */
export function about(
  name: string,
  number: number,
  run: (person: Told, world: World, people: People) => Promise<void>,
  can: (person: Told, people: People) => boolean = () => true,
): Happening {
  const personOf = (people: People) => people.all[number];
  return happening(
    name,
    (people) => {
      const person = personOf(people);
      return person !== undefined && can(person, people);
    },
    async (people, world) => {
      const person = personOf(people);
      if (person !== undefined) await run(person, world, people);
    },
  );
}

/** A webhook reaches a worker, and its result must follow rules 1 to 4 and 7. */
export async function tell(
  world: World,
  person: Told,
  state: number,
  event: Event,
  to: WorkerName,
): Promise<PutResult | undefined> {
  const identity = person.identities[state];
  if (identity === undefined) return undefined;
  const isToBeRead = person.hinted;
  const result = await take(world, identity, event, to);
  person.events.push(event);
  if (state === person.newest && !person.ahead && !isToBeRead && person.living && !person.erased) {
    expect(result, 'rule 3: the newest state is not dropped').not.toBe('older');
  }
  if (person.erased) expect(result, 'rule 7: nothing is taken in for an erased identity').toBe('erased');
  else if (person.close.has(state)) {
    // The identity may be read from Ory first, so this webhook does not count as the last one.
    person.last = -1;
    person.hinted ||= result !== 'older';
  } else if (state < person.versioned && !person.ahead && person.living) {
    expect(result, 'rules 1 and 3: older than the known state').toMatch(/older|deleted/);
  } else if (state === person.last && !person.ahead && person.living) {
    // A delivery may have read the identity because of this contact (rule 21). Then ory-zoho knows a newer
    // state than the last webhook had.
    const since = person.cameAt[state + 1];
    const known =
      since !== undefined && (await world.hasRead(person.id, since)) ? /^(same|older)$/ : /^same$/;
    expect(result, 'rule 4: nothing new').toMatch(known);
  }
  if (person.ahead || !['put', 'same', 'read_first'].includes(result)) return result;
  person.heard(state);
  person.versioned = Math.max(person.versioned, state);
  person.last = person.hinted ? -1 : state;
  return result;
}

export async function take(
  world: World,
  identity: JsonObject,
  event: Event,
  to: WorkerName,
): Promise<PutResult> {
  const parsed = parseIdentity(identity);
  if (parsed === undefined) throw new Error('no identity');
  return world.worker(to).intake.put(parsed, event);
}
