import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import { isEmail, isPhone } from './formats.ts';

/** An address in the traits, as Kratos stores it. */
export interface TraitAddress {
  readonly value: string;
  readonly via: 'email' | 'sms';
}

/** What a schema's `ory.sh/kratos` says about the traits of one identity. */
export interface Annotated {
  /** For each type of credential that the schema has, the identifiers in the traits. */
  readonly identifiers: Readonly<Record<string, readonly string[]>>;
  readonly verifiable: readonly TraitAddress[];
  readonly recovery: readonly TraitAddress[];
  /** Values that cannot be the identifier of their credential, with their places. */
  readonly unfit: readonly Unfit[];
  /** The traits with phone numbers as they are stored (E.164), if the schema says that they are phone numbers. */
  readonly traitsWithPhones: JsonObject;
}

export interface Unfit {
  /** JSON pointers without `#`. */
  readonly instance: string;
  readonly schema: string;
  readonly value: string;
  readonly via: 'email' | 'sms';
}

/** Only types that an admin's create makes. A passkey or a one-time password needs the user. */
const TYPES = ['password', 'code'] as const;

interface Found {
  readonly identifiers: Map<string, Set<string>>;
  readonly verifiable: Map<string, TraitAddress>;
  readonly recovery: Map<string, TraitAddress>;
  readonly unfit: Unfit[];
  /** By the place of a phone number in the traits, as a JSON pointer. */
  readonly phones: Map<string, string>;
}

/** Walks the traits along the schema (ory/kratos, identity/extension_*.go). */
export function annotated(schema: JsonObject, traits: JsonObject): Annotated {
  const found: Found = {
    identifiers: new Map(),
    verifiable: new Map(),
    recovery: new Map(),
    unfit: [],
    phones: new Map(),
  };
  walk(schema, { traits }, { instance: '', schema: '' }, found);
  return {
    identifiers: Object.fromEntries([...found.identifiers].map(([type, values]) => [type, [...values]])),
    verifiable: [...found.verifiable.values()],
    recovery: [...found.recovery.values()],
    unfit: found.unfit,
    traitsWithPhones: found.phones.size === 0 ? traits : replaced(traits, '/traits', found.phones),
  };
}

function replaced(map: JsonObject, place: string, phones: ReadonlyMap<string, string>): JsonObject {
  const entries = Object.entries(map).map(([name, value]): [string, Json] => {
    const here = `${place}/${name}`;
    const inner = isJsonObject(value) ? replaced(value, here, phones) : value;
    return [name, phones.get(here) ?? inner];
  });
  return Object.fromEntries(entries);
}

interface Place {
  readonly instance: string;
  readonly schema: string;
}

function walk(schema: Json | undefined, value: Json | undefined, place: Place, found: Found): void {
  if (!isJsonObject(schema) || value === undefined) return;
  const { properties, items } = schema;
  if (isJsonObject(properties) && isJsonObject(value)) {
    for (const [name, inner] of Object.entries(properties)) {
      const next = { instance: `${place.instance}/${name}`, schema: `${place.schema}/properties/${name}` };
      walk(inner, value[name], next, found);
    }
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(items, item, { instance: `${place.instance}/${index}`, schema: `${place.schema}/items` }, found);
    });
  }
  if (typeof value === 'string' && value !== '') collect(schema, value, place, found);
}

function collect(schema: JsonObject, value: string, place: Place, found: Found): void {
  const extension = objectIn(schema, 'ory.sh/kratos');
  const credentials = objectIn(extension, 'credentials');
  for (const type of TYPES) {
    const { identifier, via } = objectIn(credentials, type);
    if (identifier !== true) continue;
    const channel = via === 'email' || via === 'sms' ? via : undefined;
    if (channel !== undefined && !fits(channel, value)) found.unfit.push({ ...place, value, via: channel });
    const values = found.identifiers.get(type) ?? new Set();
    found.identifiers.set(type, values.add(channel === 'sms' ? phone(value) : normalized(value)));
  }
  for (const [kind, addresses] of [
    ['verification', found.verifiable],
    ['recovery', found.recovery],
  ] as const) {
    const { via } = objectIn(extension, kind);
    if (via !== 'email' && via !== 'sms') continue;
    const stored = via === 'sms' ? phone(value) : normalized(value);
    if (via === 'sms') found.phones.set(place.instance, stored);
    addresses.set(`${via}:${stored}`, { value: stored, via });
  }
}

function fits(via: 'email' | 'sms', value: string): boolean {
  return via === 'email' ? isEmail(value) : isPhone(value);
}

/** Trims, composes and lower-cases, as Kratos does for addresses and credential identifiers. */
export function normalized(identifier: string): string {
  return identifier.trim().normalize('NFKC').toLowerCase();
}

/** Kratos stores phone numbers as E.164. What is none stays as it is. */
export function phone(value: string): string {
  return isPhone(value) ? value.replaceAll(/[\s().-]/g, '') : value.trim();
}

function objectIn(map: JsonObject, key: string): JsonObject {
  const value = map[key];
  return isJsonObject(value) ? value : {};
}
