import type { ContactView, IdentityJson } from '../../src/sandbox/control/control.ts';
import { Person } from '../crash/person.ts';

/** What a salesperson typed into a mapped field. */
export interface Typed {
  /** The identity that the contact was linked to. */
  readonly identityId: string;
  readonly contactId: string;
  readonly field: 'First_Name' | 'Department' | 'Email';
  readonly value: string;
  /** The newest state at that time. */
  readonly state: number;
  /** The contact showed this state, and nothing was waiting or under way for the identity. */
  readonly afterDelivery: boolean;
}

/** An identity and its history. */
export class Someone extends Person {
  readonly identities: IdentityJson[];
  erased = false;
  /** A salesperson deleted or merged the contact when the identity was in this state. */
  partedAt = -1;

  constructor(identity: IdentityJson, lastName: string) {
    super(identity, lastName);
    this.identities = [identity];
  }
}

/** Everyone of a story, and what salespeople made. */
export class People {
  readonly now = new Map<number, Someone>();
  readonly everybody: Someone[] = [];
  /** Contacts that salespeople made, by id, with their first fields. */
  readonly made = new Map<string, ContactView['fields']>();
  readonly typed: Typed[] = [];
  /** Contacts that salespeople restored. Their identity may have another one by then. */
  readonly restored = new Set<string>();
  /** Contacts that salespeople deleted. */
  readonly deleted: string[] = [];

  get living(): Someone[] {
    return [...this.now.values()];
  }

  has(email: string): boolean {
    return this.living.some(({ now }) => now.email === email);
  }
}

export const emailOf = (email: number) => `email${email}@example.org`;
