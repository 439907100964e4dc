import type { ContactView } from '../../src/sandbox/control/control.ts';
import { MAPPED } from './person.ts';

/**
 * The last name of the identity that a value belongs to. Undefined for an email, no value, or a salesperson's
 * text.
 */
export function whose(value: unknown): string | undefined {
  return typeof value === 'string' ? /\bPerson\d+(No\d+)?$/.exec(value)?.[0] : undefined;
}

/** The identities whose values a contact has. */
export function identitiesIn({ fields }: Pick<ContactView, 'fields'>): Set<string> {
  return new Set(MAPPED.map((field) => whose(fields[field])).filter((name) => name !== undefined));
}

/** The mapped fields and the id. */
export function shown({ id, fields }: Pick<ContactView, 'id' | 'fields'>): string {
  return JSON.stringify({ id, ...Object.fromEntries(MAPPED.map((field) => [field, fields[field]])) });
}
