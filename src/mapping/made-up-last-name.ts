import type { Identity } from '../model/identity.ts';
import { isJsonObject } from '../model/json.ts';
import type { Derived } from './derived.ts';
import { cleanText, cutText } from './plain-text.ts';

/**
 * A last name for an identity that tells none, since Zoho demands one: the email up to its @, a user name, the phone,
 * the first name, at last the identity's id. Never blank; at most `length` UTF-16 code units.
 */
export function madeUpLastName(identity: Identity, derived: Derived, length: number): string {
  const traits = isJsonObject(identity.traits) ? identity.traits : {};
  const { email, phone, first_name } = derived;
  const candidates = [
    email?.replace(/@[^@]*$/, ''),
    traits.username,
    traits.preferred_username,
    phone,
    first_name,
  ];
  for (const candidate of candidates) {
    const name = typeof candidate === 'string' ? cutText(cleanText(candidate), length) : '';
    if (name !== '') return name;
  }
  return cutText(identity.id, length);
}
