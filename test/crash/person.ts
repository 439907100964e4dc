import { z } from 'zod';
import type { IdentityJson } from '../../src/sandbox/control/control.ts';

/**
 * With this mapping, a contact shows the state of its identity. Each identity has its own last name, which
 * never changes and is part of every value but the email. So each value shows which identity it belongs to.
 * Only some have a department.
 */
export const MAPPING = `
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Title: "(verified ? 'verified ' : 'unverified ') & last_name"
  Department: traits.department
`;

export const MAPPED = ['Email', 'First_Name', 'Last_Name', 'Title', 'Department'] as const;

/** The values that the contact of an identity shows in one of its states. */
export interface State {
  readonly email: string;
  readonly verified: boolean;
  /** Null if the identity has no value for this field. */
  readonly fields: { readonly [field in (typeof MAPPED)[number]]: string | null };
}

const shape = z.object({
  traits: z.object({
    email: z.string(),
    name: z.object({ first: z.string(), last: z.string() }),
    department: z.string().optional(),
  }),
  verifiable_addresses: z.array(z.object({ value: z.string(), verified: z.boolean() })),
});

export function stateOf(identity: IdentityJson): State {
  const { traits, verifiable_addresses } = shape.parse(identity);
  const { email, name, department = null } = traits;
  const verified = verifiable_addresses.some((address) => address.verified && address.value === email);
  return {
    email,
    verified,
    fields: {
      Email: email,
      First_Name: name.first,
      Last_Name: name.last,
      Title: `${verified ? 'verified' : 'unverified'} ${name.last}`,
      Department: department,
    },
  };
}

/** What a change does to the department. */
export const DEPARTMENTS = ['same', 'new', 'none'] as const;
export type Department = (typeof DEPARTMENTS)[number];

/** The traits that a user enters. The first name counts the changes, so no two states are the same. */
export function traitsOf(lastName: string, version: number, email: string, department: string | null) {
  const name = { first: `Version${version} of ${lastName}`, last: lastName };
  return { email, name, ...(department !== null && { department }) };
}

export const departmentOf = (lastName: string, version: number) => `Department${version} of ${lastName}`;

/** A person in Ory: all states so far, the newest last, and the newest one that ory-zoho has received. */
export class Person {
  readonly id: string;
  readonly lastName: string;
  readonly states: State[];
  /** The newest state whose webhook was acknowledged. -1 if there is none. */
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
    if (state === undefined) throw new Error('every person has a state');
    return state;
  }

  /** The traits of the next state. */
  traitsWith({ email = this.now.email, department = 'same' }: { email?: string; department?: Department }) {
    const version = this.states.length;
    const departments = {
      same: this.now.fields.Department,
      new: departmentOf(this.lastName, version),
      none: null,
    };
    return traitsOf(this.lastName, version, email, departments[department]);
  }
}
