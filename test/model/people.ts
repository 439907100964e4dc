import type { Event } from '../../src/model/event.ts';
import type { ContactView, IdentityJson } from '../../src/sandbox/control/control.ts';
import { Person } from '../crash/person.ts';

export const PEOPLE = 3;
export const EMAILS = 4;

export const emailOf = (email: number) => `email${email}@example.org`;

/** What was sent to ory-zoho about an identity, and what rules 1 to 7 make of it. */
export class Told extends Person {
  /** As Ory had it at each state: what a webhook of then carries, and can carry again. */
  readonly identities: IdentityJson[];
  /** When each state came to be, ms since 1970. */
  readonly cameAt: number[] = [Date.now()];
  /** The newest state that came with its version; -1 = none. */
  versioned = -1;
  /** The state that came last, where it came with its version, and nothing else since. */
  last = -1;
  /** A hint waits: it is read before delivery, whatever else comes (rule 5). */
  hinted = false;
  /** A webhook's clock was ahead: what comes after it looks older, until a strong read tells (rule 2). */
  ahead = false;
  /** States so close to another one that their times tell no order (rule 1). */
  readonly close = new Set<number>();
  /** The events of all puts (rule 6). */
  readonly events: Event[] = [];
  /** Something was settled of it once. */
  settled = false;
  /** The state in Zoho at the last look; undefined: not known. */
  delivered: number | undefined;
  /** How many writes to Zoho there had been when something of it was last settled. */
  writesSeen = 0;
  /** A write of it since then had no answer, or the answer reached nobody: its fields may be sent again (rule 11). */
  inDoubt = false;
  erased = false;
  /** A salesperson deleted or merged the contact when it was in this state: it may be away until the next one. */
  partedAt: number | undefined;

  constructor(identity: IdentityJson, lastName: string) {
    super(identity, lastName);
    this.identities = [identity];
  }

  /** Ory told of this state, and it was taken in. */
  heard(state: number): void {
    this.acknowledged = Math.max(this.acknowledged, state);
  }
}

/** A strong read on its way: begun, and not put in yet. */
export interface Reading {
  readonly person: Told;
  readonly identity: IdentityJson;
  readonly state: number;
  readonly asOf: number;
  /** It began after a webhook whose clock was ahead. */
  readonly corrects: boolean;
}

/** What there is to know of Ory and of what was told. */
export class People {
  readonly all: (Told | undefined)[] = Array.from({ length: PEOPLE });
  /** Everybody there ever was. */
  readonly everybody: Told[] = [];
  readonly readings: Reading[] = [];
  /** The events of each person when a worker last began to deliver. */
  readonly eventsBefore = new Map<string, ReadonlyMap<string, readonly Event[]>>();
  /** The contacts that sales made, by id, as they were then. */
  readonly made = new Map<string, ContactView['fields']>();

  get living(): Told[] {
    return this.all.filter((person) => person !== undefined);
  }

  has(email: string): boolean {
    return this.living.some(({ now }) => now.email === email);
  }
}
