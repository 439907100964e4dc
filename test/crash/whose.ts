import type { ContactView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from './person.ts';

/** The last name of the identity that a value is of; undefined: an email, nothing, or what a salesperson typed. */
export function whose(value: unknown): string | undefined {
  return typeof value === 'string' ? /\bPerson\d+(No\d+)?$/.exec(value)?.[0] : undefined;
}

/** The identities of which a contact shows a value. */
export function identitiesIn({ fields }: Pick<ContactView, 'fields'>): Set<string> {
  return new Set(MAPPED.map((field) => whose(fields[field])).filter((name) => name !== undefined));
}

/** The mapped fields, and the id. */
export function shown({ id, fields }: Pick<ContactView, 'id' | 'fields'>): string {
  return JSON.stringify({ id, ...Object.fromEntries(MAPPED.map((field) => [field, fields[field]])) });
}
