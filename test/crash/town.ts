import type { JsonObject } from '../../src/model/json.ts';
import type { Control, IdentityJson } from '../../src/sandbox/control/control.ts';
import { DEPARTMENTS, Person, departmentOf, stateOf, traitsOf } from './person.ts';
import type { Department } from './person.ts';
import type { Random } from './random.ts';

/** A webhook from Ory. It may be sent more than once. */
export interface Webhook {
  readonly person: Person;
  /** The state that it has. */
  readonly state: number;
  readonly body: JsonObject;
  readonly event: string;
}

/** Sends a webhook once. @returns whether it was acknowledged */
export type Send = (webhook: Webhook) => Promise<boolean>;

const PEOPLE_AT_MOST = 40;
const EMAILS = 60;
const LATE_AT_MOST = 200;

/**
 * People who sign up, change, swap their emails and leave. Some of their webhooks are sent twice, and some
 * far too late.
 */
export class Town {
  readonly people: Person[] = [];
  readonly #control: Control;
  readonly #random: Random;
  readonly #late: Webhook[] = [];
  /** One change in Ory at a time, so that the states are in Ory's order. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(control: Control, random: Random) {
    this.#control = control;
    this.#random = random;
  }

  get living(): Person[] {
    return this.people.filter(({ living }) => living);
  }

  /** One random event happens and is sent. */
  async act(send: Send): Promise<void> {
    const late = this.#random.chance(0.15) ? this.#late.splice(this.#random.below(this.#late.length), 1) : [];
    const told = late.length > 0 ? late : await this.#change();
    for (const webhook of told) {
      const twice = this.#random.chance(0.1);
      await Promise.all([this.#tell(webhook, send), ...(twice ? [this.#tell(webhook, send)] : [])]);
    }
  }

  async #tell(webhook: Webhook, send: Send): Promise<void> {
    const acknowledged = await send(webhook);
    if (acknowledged) webhook.person.acknowledged = Math.max(webhook.person.acknowledged, webhook.state);
    const again = this.#random.chance(acknowledged ? 0.1 : 0.6);
    if (again && this.#late.length < LATE_AT_MOST) this.#late.push(webhook);
  }

  #change(): Promise<Webhook[]> {
    const change = this.#changing.then(() => this.#changeNow());
    this.#changing = change;
    return change;
  }

  async #changeNow(): Promise<Webhook[]> {
    const person = this.#random.pick(this.living);
    if (person === undefined || (this.living.length < PEOPLE_AT_MOST && this.#random.chance(0.25))) {
      return this.#signUp(this.#freeEmail());
    }
    const dice = this.#random.fraction();
    if (dice < 0.4) return [await this.#update(person)];
    if (dice < 0.6) return [await this.#update(person, this.#freeEmail())];
    if (dice < 0.75) return this.#swap(person);
    if (dice < 0.85) return this.#verify(person);
    if (dice < 0.93) return this.#leave(person);
    await this.#leave(person);
    return this.#signUp(person.now.email);
  }

  #freeEmail(): string {
    const taken = new Set(this.living.map(({ now }) => now.email));
    const all = Array.from({ length: EMAILS }, (_, number) => `person${number}@example.org`);
    const email = this.#random.pick(all.filter((one) => !taken.has(one)));
    if (email === undefined) throw new Error('there are more people than emails');
    return email;
  }

  async #signUp(email: string): Promise<Webhook[]> {
    const lastName = `Person${this.people.length}`;
    const department = this.#random.chance(0.5) ? departmentOf(lastName, 0) : null;
    const traits = traitsOf(lastName, 0, email, department);
    const identity = await this.#control.createIdentity({ traits });
    const person = new Person(identity, lastName);
    this.people.push(person);
    return [{ person, state: 0, body: identity, event: 'registration' }];
  }

  async #update(person: Person, email = person.now.email): Promise<Webhook> {
    const department: Department = this.#random.pick(DEPARTMENTS) ?? 'same';
    const traits = person.traitsWith({ email, department });
    return this.#came(person, await this.#control.updateIdentity(person.id, { traits }), 'settings');
  }

  async #verify(person: Person): Promise<Webhook[]> {
    if (person.now.verified) return [];
    return [this.#came(person, await this.#control.verifyIdentity(person.id), 'verification')];
  }

  /** Two people swap their emails by way of a third email. Each change is sent, in any order. */
  async #swap(person: Person): Promise<Webhook[]> {
    const other = this.#random.pick(this.living.filter((one) => one !== person));
    if (other === undefined) return [];
    const [mine, theirs] = [person.now.email, other.now.email];
    const webhooks = [
      await this.#update(person, this.#freeEmail()),
      await this.#update(other, mine),
      await this.#update(person, theirs),
    ];
    return webhooks.toSorted(() => this.#random.fraction() - 0.5);
  }

  /** Ory sends no webhook when an identity is deleted. */
  async #leave(person: Person): Promise<Webhook[]> {
    person.living = false;
    await this.#control.deleteIdentity(person.id);
    return [];
  }

  /** Some hooks send only the id and the traits. */
  #came(person: Person, identity: IdentityJson, event: string): Webhook {
    person.states.push(stateOf(identity));
    const { id, traits = null } = identity;
    const body = this.#random.chance(0.15) ? { id, traits } : identity;
    return { person, state: person.newest, body, event };
  }
}
