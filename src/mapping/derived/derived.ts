import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { namesOf } from './names.ts';
import type { Names } from './names.ts';
import { isPhoneNumber } from '../value/plain-number.ts';
import { cleanAddress, cleanPhone } from '../value/plain-text.ts';
import { byLetters, valuesUnder } from './trait-keys.ts';
import type { ByLetters } from './trait-keys.ts';

/** The names an expression may use beside the identity's own keys; undefined = the identity does not say. */
export interface Derived extends Names {
  readonly email: string | undefined;
  /** A number only where it is no exact whole number: it can be no phone number. */
  readonly phone: string | number | undefined;
  /** Undefined on a hint, which carries no addresses. */
  readonly verified: boolean | undefined;
  /** When the identity last signed in; only a login hook can tell. */
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

/** In lower-case letters (`trait-keys.ts`), the first that holds a value counts. */
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
/** Of a list's item that is an object; `value` is SCIM's (RFC 7643, 2.4). */
const EMAIL_INSIDE = ['value', 'email', 'address'];
const PHONE_INSIDE = ['value', 'number', 'phone', 'phonenumber'];

/**
 * What can be told from an identity of any shape; never throws. The trait shapes are those of Ory's presets,
 * quickstarts and integration examples (names: `names.ts`).
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
 * A hint: an identity that does not say when it was updated (Go's zero time says that too), and so nothing
 * but its id and traits.
 */
export function isHint({ updated_at }: Identity): boolean {
  return typeof updated_at !== 'string' || !(Date.parse(updated_at) >= 0);
}

/**
 * The identity's email as typed, without what is invisible around it: the first of `traits.email`,
 * `traits.emails[0]`, the verifiable and the recovery addresses. Traits come first since Ory lower-cases
 * addresses: a contact must not flap between the two.
 */
export function emailOf(identity: Identity): string | undefined {
  return (
    firstOf(byLetters(identity.traits), EMAIL_KEYS, EMAIL_INSIDE, addressIn) ??
    addressVia('email', identity.verifiable_addresses) ??
    addressVia('email', identity.recovery_addresses)
  );
}

/** What two emails are compared by: without what is invisible around them, in lower case. */
export function emailKey(email: string): string {
  return cleanAddress(email).toLowerCase();
}

/**
 * A number becomes its digits. One that is not exact stays a number, so that the field can say why it is left
 * out.
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
 * The first value under the keys. A list stands for its first item; `"a"` and `{"value":"a"}` both hold a.
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
