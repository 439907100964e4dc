/** What each event of a story does. */
import type { Event as OryEvent } from '../../src/model/event.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { webhookBody } from '../../src/sandbox/ory/ory-webhook.ts';
import { departmentOf, stateOf, traitsOf } from '../crash/person.ts';
import type { People } from './people.ts';
import { Someone, emailOf } from './people.ts';
import { happensInZoho } from './sales.ts';
import { happensToMachines } from './machines.ts';
import type { Simulation } from './simulation.ts';
import type { Happening, Told } from './story.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';

/** @returns false if the event is impossible now, so that nothing happened */
export async function happens(
  happening: Happening,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  switch (happening.is) {
    case 'signs_up':
      return signsUp(happening, people, simulation);
    case 'changes': {
      const { person, department, told } = happening;
      return changes(people.now.get(person), (someone) => someone.traitsWith({ department }), {
        told,
        people,
        simulation,
      });
    }
    case 'changes_email': {
      const { person, told } = happening;
      const email = emailOf(happening.email);
      if (people.has(email)) return false;
      return changes(people.now.get(person), (someone) => someone.traitsWith({ email }), {
        told,
        people,
        simulation,
      });
    }
    case 'swap_emails':
      return swapsEmails(happening, people, simulation);
    case 'verifies': {
      const someone = people.now.get(happening.person);
      if (someone === undefined || someone.now.verified) return false;
      await simulation.control.verifyIdentity(someone.id);
      return noted(someone, 'verification', { told: happening.told, people, simulation });
    }
    case 'goes': {
      const someone = people.now.get(happening.person);
      if (someone === undefined) return false;
      return gone(happening.person, someone, people, simulation);
    }
    case 'is_erased': {
      const someone = people.now.get(happening.person);
      if (someone === undefined) return false;
      await gone(happening.person, someone, people, simulation);
      someone.erased = true;
      await simulation.atOperator((store) => putErase(store, someone.id, someone.now.email));
      return true;
    }
    case 'sales_makes':
    case 'sales_edits':
    case 'sales_types_email':
    case 'sales_deletes':
    case 'sales_restores':
    case 'sales_merges':
      return happensInZoho(happening, people, simulation);
    case 'dies':
    case 'restarts':
    case 'stands_still':
    case 'clock_of_store_jumps':
    case 'clock_of_ory_jumps':
    case 'network_fails':
    case 'store_fails':
    case 'remote_fails':
    case 'zoho_is_down':
    case 'tokens_expire':
      return happensToMachines(happening, simulation);
  }
}

interface Around {
  readonly told: Told;
  readonly people: People;
  readonly simulation: Simulation;
}

async function signsUp(
  { person, email, department, told }: Extract<Happening, { is: 'signs_up' }>,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  if (people.now.has(person) || people.has(emailOf(email))) return false;
  const lastName = `Person${person}No${people.everybody.length}`;
  const traits = traitsOf(lastName, 0, emailOf(email), department ? departmentOf(lastName, 0) : null);
  const identity = await simulation.control.createIdentity({ traits });
  const someone = new Someone(identity, lastName);
  people.now.set(person, someone);
  people.everybody.push(someone);
  send(someone, 0, 'registration', { told, people, simulation });
  return true;
}

async function changes(
  someone: Someone | undefined,
  traitsOfNext: (someone: Someone) => JsonObject,
  around: Around,
): Promise<boolean> {
  if (someone === undefined) return false;
  await around.simulation.control.updateIdentity(someone.id, { traits: traitsOfNext(someone) });
  return noted(someone, 'settings', around);
}

async function swapsEmails(
  { people: [one, other], told }: Extract<Happening, { is: 'swap_emails' }>,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  const [first, second] = [people.now.get(one), people.now.get(other)];
  if (first === undefined || second === undefined || first === second) return false;
  const [its, others] = [first.now.email, second.now.email];
  const around = { told, people, simulation };
  await changes(first, (someone) => someone.traitsWith({ email: 'between@example.org' }), around);
  await changes(second, (someone) => someone.traitsWith({ email: its }), around);
  return changes(first, (someone) => someone.traitsWith({ email: others }), around);
}

/** Reads the identity as Ory has it now, and tells the serves. */
async function noted(someone: Someone, event: OryEvent, around: Around): Promise<boolean> {
  const identity = await around.simulation.control.identity(someone.id);
  if (identity === null) return false;
  someone.states.push(stateOf(identity));
  someone.identities.push(identity);
  send(someone, someone.newest, event, around);
  return true;
}

async function gone(
  person: number,
  someone: Someone,
  people: People,
  simulation: Simulation,
): Promise<boolean> {
  people.now.delete(person);
  someone.living = false;
  await simulation.control.deleteIdentity(someone.id);
  return true;
}

/** Webhooks less than 2 s apart are read from Ory (rule 1), so some come later than that. */
const LATE_MS = [3_000, 8_000] as const;
/** Ory sends a webhook again that was refused or not answered. */
const TRIES = 3;

function send(someone: Someone, state: number, event: OryEvent, { told, simulation }: Around): void {
  const { timeline, chance, serves } = simulation;
  const identity = someone.identities[state];
  if (told === 'lost' || identity === undefined) return;
  const { id, traits = null } = identity;
  const body = webhookBody(told === 'as_hint' ? { id, traits } : identity);
  const attempt = (tries: number) => {
    if (tries === 0) return;
    let isAnswered = false;
    const serve = chance.pick(serves);
    timeline.after(1_000, () => {
      if (!isAnswered) attempt(tries - 1);
    });
    const { newest } = someone;
    serve.post(body, event, (status) => {
      isAnswered = status < 500;
      if (status === 200)
        someone.acknowledged = Math.max(someone.acknowledged, told === 'as_hint' ? newest : state);
    });
  };
  if (told === 'late') timeline.after(chance.pick(LATE_MS), () => attempt(TRIES));
  else attempt(TRIES);
  if (told === 'twice') timeline.after(20, () => attempt(1));
}
