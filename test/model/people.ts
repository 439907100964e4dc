import type { Event } from '../../src/model/event.ts';
import type { ContactView, IdentityJson } from '../../src/sandbox/control/control.ts';
import { Person } from '../crash/person.ts';

export const PEOPLE = 3;
export const EMAILS = 4;

export const emailOf = (email: number) => `email${email}@example.org`;

/** What was sent to ory-zoho about an identity, and its result by rules 1 to 7. */
export class Told extends Person {
  /** The identity in Ory at each state. A webhook may carry it again later. */
  readonly identities: IdentityJson[];
  /** The time of each state, in ms since 1970. */
  readonly cameAt: number[] = [Date.now()];
  /** The newest state that was received with its version. -1 if there is none. */
  versioned = -1;
  /** The state that was received last, if it had its version and nothing came after it. */
  last = -1;
  /** A hint waits. The identity is read before delivery, whatever else is received (rule 5). */
  hinted = false;
  /** A webhook's clock was ahead. Later ones look older until a strong read (rule 2). */
  ahead = false;
  /** States so close to another one that their times show no order (rule 1). */
  readonly close = new Set<number>();
  /** The events of all puts (rule 6). */
  readonly events: Event[] = [];
  /** The identity has settled once. */
  settled = false;
  /** The state in Zoho at the last check. Undefined if it is unknown. */
  delivered: number | undefined;
  /** The number of writes to Zoho when the identity last settled. */
  writesSeen = 0;
  /** A later write got no answer, or its answer was lost. Its fields may be sent again (rule 11). */
  inDoubt = false;
  erased = false;
  /**
   * The state in which a salesperson deleted or merged the contact. The contact may be missing until the next
   * state.
   */
  partedAt: number | undefined;

  constructor(identity: IdentityJson, lastName: string) {
    super(identity, lastName);
    this.identities = [identity];
  }

  /** ory-zoho has received and stored this state. */
  heard(state: number): void {
    this.acknowledged = Math.max(this.acknowledged, state);
  }
}

/** A strong read that has begun and is not put in yet. */
export interface Reading {
  readonly person: Told;
  readonly identity: IdentityJson;
  readonly state: number;
  readonly asOf: number;
  /** It began after a webhook whose clock was ahead, so it corrects it. */
  readonly corrects: boolean;
}

/** The facts in Ory, and what ory-zoho has received. */
export class People {
  readonly all: (Told | undefined)[] = Array.from({ length: PEOPLE });
  /** All people so far. */
  readonly everybody: Told[] = [];
  readonly readings: Reading[] = [];
  /** The events of each person when a worker last began to deliver. */
  readonly eventsBefore = new Map<string, ReadonlyMap<string, readonly Event[]>>();
  /** The contacts that salespeople made, by id, with their initial fields. */
  readonly made = new Map<string, ContactView['fields']>();

  get living(): Told[] {
    return this.all.filter((person) => person !== undefined);
  }

  has(email: string): boolean {
    return this.living.some(({ now }) => now.email === email);
  }
}
