/** What ory-zoho receives about an identity: again, late, incomplete, with a wrong clock, or from a read. */
import { expect } from 'vitest';
import { parseIdentity } from '../../src/ory/identity/identity.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { about, happening, take, tell } from './happening.ts';
import type { Happening } from './happening.ts';
import type { People } from './people.ts';
import type { WorkerName } from './world.ts';

/** A retry, a duplicate, or a webhook that is far too late. */
export function tellAgain(number: number, ago: number, to: WorkerName): Happening {
  return about(`send ${to} the state of ${number} from ${ago} states ago`, number, async (person, world) => {
    await tell(world, person, Math.max(0, person.newest - ago), 'login', to);
  });
}

/** A hook that sends only id and traits (rule 5). */
export function hint(number: number, ago: number, to: WorkerName): Happening {
  return about(
    `hint to ${to} about ${number}, with the state from ${ago} states ago`,
    number,
    async (person, world) => {
      const state = Math.max(0, person.newest - ago);
      const { id, traits = null } = person.identities[state] ?? { id: person.id };
      const result = await take(world, { id, traits }, 'settings', to);
      person.events.push('settings');
      if (person.erased) expect(result, 'rule 7: nothing is taken in for an erased identity').toBe('erased');
      person.last = -1;
      // The identity is read, so Ory's newest state is used, whatever the hint has.
      if (['put', 'read_first'].includes(result)) {
        person.heard(person.newest);
        person.ahead = false;
        person.hinted = true;
      }
    },
  );
}

/** The node of Ory that renders this webhook is an hour ahead of the others (rule 2). */
export function tellAhead(number: number, to: WorkerName): Happening {
  return about(
    `send ${to} the state of ${number} with a clock that is ahead`,
    number,
    async (person, world) => {
      const identity = person.identities[person.newest];
      const updated_at = new Date(Date.now() + 3_600_000).toISOString();
      const result = await take(world, { ...identity, updated_at }, 'settings', to);
      person.events.push('settings');
      if (result !== 'put') return;
      person.heard(person.newest);
      person.ahead = true;
      person.last = -1;
    },
  );
}

/** A scan or a sync reads an identity. The result is put in later, or never. */
export function readBegins(number: number, worker: WorkerName): Happening {
  return about(`${worker} reads ${number}`, number, async (person, world, people) => {
    const asOf = await drawAsOf(world.worker(worker).store);
    const identity = person.identities[person.newest];
    if (identity === undefined) return;
    people.readings.push({ person, identity, state: person.newest, asOf, corrects: person.ahead });
  });
}

export function readArrives(event: 'reconcile' | 'backfill', worker: WorkerName): Happening {
  return happening(
    `the oldest read is put in by ${worker} as ${event}`,
    ({ readings }) => readings.length > 0,
    async ({ readings }, world) => {
      const reading = readings.shift();
      const identity = reading && parseIdentity(reading.identity);
      if (reading === undefined || identity === undefined) return;
      const { person, state, asOf, corrects } = reading;
      const { store } = world.worker(worker);
      const entry = { ...snapshotOf(identity, event, store.hmac), readAsOf: asOf };
      const [result] = await put(store, [entry], { mappingHash: world.mappingHash, adminReads: true });
      person.events.push(event);
      if (person.erased) expect(result, 'rule 7: nothing is taken in for an erased identity').toBe('erased');
      if (result !== 'put' && result !== 'same') return;
      person.last = -1;
      if (person.ahead && !corrects) return;
      person.ahead = false;
      person.heard(state);
      person.versioned = Math.max(person.versioned, state);
    },
  );
}

/** A late webhook of an identity that is gone from Ory, or erased. */
export function tellOfTheGone(which: number, to: WorkerName): Happening {
  const gone = ({ everybody }: People) => everybody.filter((person) => !person.living || person.erased);
  return happening(
    `send ${to} a webhook of an identity that is gone (${which})`,
    (people) => gone(people).length > 0,
    async (people, world) => {
      const all = gone(people);
      const person = all[which % all.length];
      if (person !== undefined) await tell(world, person, person.newest, 'settings', to);
    },
  );
}
