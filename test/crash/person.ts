import { z } from 'zod';
import type { IdentityJson } from '../../src/sandbox/control.ts';

/** What the contact of an identity shows, at one moment of the identity. */
export interface State {
  readonly email: string;
  readonly firstName: string;
  readonly title: string;
}

const shape = z.object({
  traits: z.object({ email: z.string(), name: z.object({ first: z.string() }) }),
  verifiable_addresses: z.array(z.object({ value: z.string(), verified: z.boolean() })),
});

/** The mapping by which an identity comes to show this. Each identity has a last name of its own, that never changes. */
export const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Title: "verified ? 'verified' : 'unverified'"
`;

export function stateOf(identity: IdentityJson): State {
  const { traits, verifiable_addresses } = shape.parse(identity);
  const verified = verifiable_addresses.some(({ value, verified }) => verified && value === traits.email);
  return {
    email: traits.email,
    firstName: traits.name.first,
    title: verified ? 'verified' : 'unverified',
  };
}

/** Somebody in Ory: all states there were, the newest last, and up to which of them ory-zoho was told. */
export class Person {
  readonly id: string;
  readonly lastName: string;
  readonly states: State[];
  /** The newest state whose webhook was acknowledged; -1 = none yet. */
  acknowledged = -1;
  living = true;

  constructor(identity: IdentityJson, lastName: string) {
    this.id = identity.id;
    this.lastName = lastName;
    this.states = [stateOf(identity)];
  }

  get newest(): number {
    return this.states.length - 1;
  }

  get now(): State {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error('nobody is without a state');
    return state;
  }

  get traits() {
    return this.traitsWith(this.now.email);
  }

  /** The first name counts the changes: no two states show the same. */
  traitsWith(email: string) {
    return { email, name: { first: `Version${this.states.length}`, last: this.lastName } };
  }
}
