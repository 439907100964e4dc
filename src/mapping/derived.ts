import type { Identity } from '../model/identity.ts';
import { isJsonObject } from '../model/json.ts';
import type { Json } from '../model/json.ts';
import { isBlank, withoutBlankEdges } from './blank.ts';
import { splitName } from './split-name.ts';

/** The names an expression may use beside the identity's own keys; undefined = the identity does not say. */
export interface Derived {
  readonly email: string | undefined;
  readonly first_name: string | undefined;
  readonly last_name: string | undefined;
  readonly full_name: string | undefined;
  readonly phone: string | undefined;
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

const FIRST_NAME_KEYS = ['first', 'given', 'given_name', 'givenName', 'first_name', 'firstName'];
const LAST_NAME_KEYS = ['last', 'family', 'family_name', 'familyName', 'last_name', 'lastName'];
const PLAIN_NAME_KEYS = ['name', 'full_name', 'fullName', 'display_name', 'displayName'];

/** What can be told from an identity of any shape; never throws. The trait shapes are those of Ory's presets, quickstarts and integration examples. */
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

/** A hint: an identity that does not say when it was updated (Go's zero time says that too), and so nothing but its id and traits. */
export function isHint({ updated_at }: Identity): boolean {
  return typeof updated_at !== 'string' || !(Date.parse(updated_at) >= 0);
}

/**
 * The identity's email as typed: the first of `traits.email`, `traits.emails[0]`, the verifiable and the recovery
 * addresses. Traits come first since Ory lower-cases addresses: a contact must not flap between the two.
 */
export function emailOf(identity: Identity): string | undefined {
  const traits = objectOf(identity.traits);
  return (
    textIn(traits.email) ??
    firstTextIn(traits.emails) ??
    addressVia('email', identity.verifiable_addresses) ??
    addressVia('email', identity.recovery_addresses)
  );
}

/** What two emails are compared by: trimmed and lower-cased. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

function phoneOf(identity: Identity): string | undefined {
  const traits = objectOf(identity.traits);
  return (
    textIn(traits.phone) ??
    textIn(traits.phone_number) ??
    textIn(traits.mobile) ??
    firstTextIn(traits.phone_numbers) ??
    addressVia('sms', identity.verifiable_addresses)
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

type Names = Pick<Derived, 'first_name' | 'last_name' | 'full_name'>;

function namesOf(traits: Json | undefined): Names {
  const top = objectOf(traits);
  const name = objectOf(top.name);
  const first = nameIn(name, FIRST_NAME_KEYS) ?? nameIn(top, FIRST_NAME_KEYS);
  const last = nameIn(name, LAST_NAME_KEYS) ?? nameIn(top, LAST_NAME_KEYS);
  const plain = nameIn(top, PLAIN_NAME_KEYS);
  const missing = plain === undefined ? {} : missingParts(plain, first, last);
  const first_name = first ?? missing.first;
  const last_name = last ?? missing.last;
  return { first_name, last_name, full_name: plain ?? joined(first_name, last_name) };
}

/** What a plain name adds to the parts that are known: it may be a nickname, so it must agree with them. */
function missingParts(plain: string, first: string | undefined, last: string | undefined) {
  if (first === undefined && last === undefined) return splitName(plain);
  if (last === undefined && plain.startsWith(`${first} `)) return { last: plain.slice(`${first} `.length) };
  if (first === undefined && plain.endsWith(` ${last}`)) return { first: plain.slice(0, -` ${last}`.length) };
  return {};
}

function joined(first: string | undefined, last: string | undefined): string | undefined {
  return first === undefined || last === undefined ? (first ?? last) : `${first} ${last}`;
}

/** The first of the keys that holds text, its white space tidied. */
function nameIn(object: Record<string, Json | undefined>, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textIn(object[key]);
    if (text !== undefined && !isBlank(text)) return withoutBlankEdges(text).replaceAll(/\s+/g, ' ');
  }
  return undefined;
}

function addressVia(via: string, addresses: Json | undefined): string | undefined {
  for (const address of listOf(addresses)) {
    const object = objectOf(address);
    const value = object.via === via ? textIn(object.value) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `["a"]` and `[{"value":"a"}]` both hold a. */
function firstTextIn(list: Json | undefined): string | undefined {
  const [first] = listOf(list);
  return textIn(first) ?? textIn(objectOf(first).value);
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
