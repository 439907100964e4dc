import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { namesOf } from './names.ts';
import type { Names } from './names.ts';
import { isPhoneNumber } from '../value/plain-number.ts';
import { cleanAddress, cleanPhone } from '../value/plain-text.ts';
import { byLetters, valuesUnder } from './trait-keys.ts';
import type { ByLetters } from './trait-keys.ts';

/**
 * The names that an expression may use besides the identity's own keys. Undefined if the identity does not
 * have the value.
 */
export interface Derived extends Names {
  readonly email: string | undefined;
  /** A number only if it is not an exact whole number and so cannot be a phone number. */
  readonly phone: string | number | undefined;
  /** Undefined for a hint, which has no addresses. */
  readonly verified: boolean | undefined;
  /** When the identity last signed in. Only a login hook reports it. */
  readonly signed_in_at: string | undefined;
}

export const DERIVED_NAMES = [
  'email',
  'first_name',
  'last_name',
  'full_name',
  'phone',
  'verified',
  'signed_in_at',
] as const satisfies readonly (keyof Derived)[];

/** In lower-case letters (`trait-keys.ts`). The first one with a value counts. */
const EMAIL_KEYS = ['email', 'emailaddress', 'emails'];
const PHONE_KEYS = [
  'phone',
  'phonenumber',
  'mobile',
  'mobilephone',
  'mobilenumber',
  'mobilephonenumber',
  'cell',
  'cellphone',
  'cellphonenumber',
  'telephone',
  'telephonenumber',
  'tel',
  'phonenumbers',
  'phones',
];
/** Keys inside a list's item that is an object. `value` is SCIM's (RFC 7643, 2.4). */
const EMAIL_INSIDE = ['value', 'email', 'address'];
const PHONE_INSIDE = ['value', 'number', 'phone', 'phonenumber'];

/**
 * The values that can be derived from an identity of any form. Never throws. The forms of traits are those of
 * Ory's presets, quickstarts and integration examples (for names see `names.ts`).
 */
export function derive(identity: Identity): Derived {
  const email = emailOf(identity);
  return {
    email,
    ...namesOf(identity.traits),
    phone: phoneOf(identity),
    verified: verifiedOf(identity, email),
    signed_in_at: textIn(identity.signed_in_at),
  };
}

/**
 * Whether it is a hint: an identity without `updated_at` (or with Go's zero time), so only its id and traits
 * are known.
 */
export function isHint({ updated_at }: Identity): boolean {
  return typeof updated_at !== 'string' || !(Date.parse(updated_at) >= 0);
}

/**
 * The identity's email as typed, without invisible characters around it. It is the first of `traits.email`,
 * `traits.emails[0]`, the verifiable and the recovery addresses. Traits come first because Ory puts addresses
 * in lower case, and a contact must not change back and forth between the two.
 */
export function emailOf(identity: Identity): string | undefined {
  return (
    firstOf(byLetters(identity.traits), EMAIL_KEYS, EMAIL_INSIDE, addressIn) ??
    addressVia('email', identity.verifiable_addresses) ??
    addressVia('email', identity.recovery_addresses)
  );
}

/** The form in which two emails are compared: lower case, without invisible characters around it. */
export function emailKey(email: string): string {
  return cleanAddress(email).toLowerCase();
}

/**
 * A number becomes its digits. An inexact number stays a number, so the field can report why it is left out.
 */
function phoneOf(identity: Identity): string | number | undefined {
  const traits = byLetters(identity.traits);
  return (
    firstOf(traits, PHONE_KEYS, PHONE_INSIDE, phoneIn) ??
    addressVia('sms', identity.verifiable_addresses) ??
    firstOf(traits, PHONE_KEYS, PHONE_INSIDE, (value) => (typeof value === 'number' ? value : undefined))
  );
}

function verifiedOf(identity: Identity, email: string | undefined): boolean | undefined {
  if (isHint(identity)) return undefined;
  if (email === undefined) return false;
  const key = emailKey(email);
  return listOf(identity.verifiable_addresses).some((address) => {
    const { via, value, verified } = objectOf(address);
    return via === 'email' && verified === true && typeof value === 'string' && emailKey(value) === key;
  });
}

function addressVia(via: string, addresses: Json | undefined): string | undefined {
  for (const address of listOf(addresses)) {
    const object = objectOf(address);
    const value = object.via === via ? addressIn(object.value) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/**
 * The first value under the keys. A list counts as its first item. Both `"a"` and `{"value":"a"}` contain a.
 */
function firstOf<T>(
  traits: ByLetters,
  keys: readonly string[],
  inside: readonly string[],
  read: (value: Json | undefined) => T | undefined,
): T | undefined {
  for (const value of valuesUnder(traits, keys)) {
    const [item] = Array.isArray(value) ? listOf(value) : [value];
    for (const one of [item, ...valuesUnder(byLetters(item), inside)]) {
      const found = read(one);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function addressIn(value: Json | undefined): string | undefined {
  return (typeof value === 'string' && cleanAddress(value)) || undefined;
}

function phoneIn(value: Json | undefined): string | undefined {
  if (isPhoneNumber(value)) return String(value);
  return (typeof value === 'string' && cleanPhone(value)) || undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

const NOTHING: Record<string, Json | undefined> = Object.freeze({});

function objectOf(value: Json | undefined): Record<string, Json | undefined> {
  return isJsonObject(value) ? value : NOTHING;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
