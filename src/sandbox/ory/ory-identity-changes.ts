import { randomInt, randomUUID } from 'node:crypto';
import { goTime } from './go-time.ts';
import type { Address, CreateIdentity, OryIdentity } from './ory-identity.ts';
import { addressesIn, normalized } from './ory-identity.ts';

/** What changes an identity: its user, which sends a verification mail at once, or the admin API. */
export type ChangedBy = 'user' | 'admin';

export type IdentityChange = {
  readonly [Key in
    | 'schema_id'
    | 'traits'
    | 'state'
    | 'metadata_public'
    | 'metadata_admin']?: OryIdentity[Key];
} & { readonly external_id?: string | undefined };

/** The identity that is created from this input at this time, in µs. */
export function createdIdentity(input: CreateIdentity, by: ChangedBy, micros: number): OryIdentity {
  const now = goTime(micros);
  const addresses = addressesAfter(input.traits, [], by, now).map((address) => {
    const imported = input.verifiable_addresses?.find(({ value }) => normalized(value) === address.value);
    if (imported === undefined) return address;
    const verified = imported.verified ?? false;
    const status = imported.status ?? (verified ? 'completed' : 'pending');
    return { ...address, verified, status, ...(verified ? { verified_at: now } : {}) };
  });
  return {
    id: randomUUID(),
    external_id: input.external_id,
    schema_id: input.schema_id,
    state: input.state ?? 'active',
    state_changed_at: goTime(micros - 12_275, randomInt(1000)),
    traits: input.traits,
    addresses,
    metadata_public: input.metadata_public ?? null,
    metadata_admin: input.metadata_admin ?? null,
    created_at: now,
    updated_at: now,
    organization_id: input.organization_id ?? null,
  };
}

/** Every change moves `updated_at`, except in Ory Kratos 1.x. */
export function changedIdentity(
  identity: OryIdentity,
  change: IdentityChange,
  by: ChangedBy,
  micros: number,
  oryVersion: string | undefined,
): OryIdentity {
  const { traits = identity.traits, state = identity.state } = change;
  const now = goTime(micros);
  return {
    ...identity,
    ...change,
    addresses: addressesAfter(traits, identity.addresses, by, now),
    state_changed_at: state === identity.state ? identity.state_changed_at : goTime(micros, randomInt(1000)),
    updated_at: /^v?1\./.test(oryVersion ?? '') ? identity.updated_at : now,
  };
}

/**
 * Verifies one address (given by its value) or all. Only `verified`, `verified_at` and `status` of the
 * address change.
 */
export function verifiedIdentity(
  identity: OryIdentity,
  value: string | undefined,
  micros: number,
): OryIdentity {
  const verified_at = goTime(micros);
  const addresses = identity.addresses.map((address): Address => {
    if (value !== undefined && address.value !== normalized(value)) return address;
    return { ...address, verified: true, status: 'completed', verified_at };
  });
  return { ...identity, addresses };
}

/** Addresses follow the traits. An unchanged value keeps its row, and a new value starts unverified. */
function addressesAfter(
  traits: OryIdentity['traits'],
  before: readonly Address[],
  by: ChangedBy,
  now: string,
): Address[] {
  return addressesIn(traits).map(({ value, via }) => {
    const kept = before.find((address) => address.value === value && address.via === via);
    const status = by === 'user' ? 'sent' : 'pending';
    return (
      kept ?? { id: randomUUID(), value, via, verified: false, status, created_at: now, updated_at: now }
    );
  });
}
