import type { Identity } from '../../model/identity.ts';
import type { Derived } from './derived.ts';
import { cleanLine, cutText } from '../value/plain-text.ts';
import { byLetters, valuesUnder } from './trait-keys.ts';

/** In lower-case letters. */
const USER_NAME_KEYS = ['username', 'preferredusername'];

/**
 * A last name for an identity without one, because Zoho requires it. It is the first of these that exists:
 * the email up to its @, a user name, the phone, the first name, the identity's id. Never blank, and at most
 * `length` UTF-16 code units.
 */
export function madeUpLastName(identity: Identity, derived: Derived, length: number): string {
  const { email, phone, first_name } = derived;
  const candidates = [
    email?.replace(/@[^@]*$/, ''),
    ...valuesUnder(byLetters(identity.traits), USER_NAME_KEYS),
    phone,
    first_name,
  ];
  for (const candidate of candidates) {
    const name = typeof candidate === 'string' ? cutText(cleanLine(candidate), length) : '';
    if (name !== '') return name;
  }
  return cutText(identity.id, length);
}
