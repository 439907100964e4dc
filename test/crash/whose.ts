import type { ContactView } from '../../src/sandbox/control.ts';
import { MAPPED } from './person.ts';

/** The last name of the identity that a value is of; undefined: an email, nothing, or what a salesperson typed. */
export function whose(value: unknown): string | undefined {
  return typeof value === 'string' ? /\bPerson\d+(No\d+)?$/.exec(value)?.[0] : undefined;
}

/** The identities of which a contact shows a value. */
export function identitiesIn({ fields }: Pick<ContactView, 'fields'>): Set<string> {
  return new Set(MAPPED.map((field) => whose(fields[field])).filter((name) => name !== undefined));
}

/**
 * Not yet so strong: a department that an identity has left behind, which is gone from Ory, stays with the newcomer that
 * takes its contact and has none. It will be cleared once the newcomer inherits the hashes (rule 21).
 */
export function withoutLeftBehind(
  { id, fields }: ContactView,
  isGone: (lastName: string) => boolean,
): Pick<ContactView, 'id' | 'fields'> {
  const name = whose(fields['Department']);
  const left = name !== undefined && name !== fields['Last_Name'] && isGone(name);
  return { id, fields: { ...fields, ...(left && { Department: null }) } };
}

/** The mapped fields, and the id. */
export function shown({ id, fields }: Pick<ContactView, 'id' | 'fields'>): string {
  return JSON.stringify({ id, ...Object.fromEntries(MAPPED.map((field) => [field, fields[field]])) });
}
