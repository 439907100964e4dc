import type { World } from '../../model/world.ts';
import { goTime } from './go-time.ts';
import type { Address, CreateIdentity, Credential, OryIdentity, RecoveryAddress } from './ory-identity.ts';
import type { Annotated } from './schemas/annotations.ts';
import { normalized } from './schemas/annotations.ts';

/** Where ids and the last digits of times come from. */
type Chance = Pick<World, 'uuid' | 'random'>;

function nanos(chance: Chance): number {
  return Math.floor(chance.random() * 1000);
}

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

/**
 * The identity that is created from this input at this time, in µs.
 * @param annotated what the schema says about its traits
 */
export function createdIdentity(
  input: CreateIdentity & { readonly schema_id: string },
  annotated: Annotated,
  by: ChangedBy,
  micros: number,
  chance: Chance,
): OryIdentity {
  const now = goTime(micros);
  const addresses = addressesAfter(chance, annotated, [], by, now).map((address) => {
    const imported = input.verifiable_addresses?.find(({ value }) => normalized(value) === address.value);
    if (imported === undefined) return address;
    const verified = imported.verified ?? false;
    const status = imported.status ?? (verified ? 'completed' : 'pending');
    return { ...address, verified, status, ...(verified ? { verified_at: now } : {}) };
  });
  return {
    id: chance.uuid(),
    external_id: input.external_id,
    schema_id: input.schema_id,
    state: input.state ?? 'active',
    state_changed_at: goTime(micros - 12_275, nanos(chance)),
    traits: input.traits,
    addresses,
    recovery: recoveryAfter(chance, annotated, [], now),
    credentials: credentialsAfter(annotated, {}, now),
    metadata_public: input.metadata_public ?? null,
    metadata_admin: input.metadata_admin ?? null,
    created_at: now,
    updated_at: now,
    organization_id: input.organization_id ?? null,
  };
}

/** @param movesUpdatedAt false for versions in which no change moves `updated_at` */
export function changedIdentity(
  identity: OryIdentity,
  change: IdentityChange,
  annotated: Annotated,
  by: ChangedBy,
  micros: number,
  { chance, movesUpdatedAt }: { readonly chance: Chance; readonly movesUpdatedAt: boolean },
): OryIdentity {
  const { state = identity.state } = change;
  const now = goTime(micros);
  return {
    ...identity,
    ...change,
    addresses: addressesAfter(chance, annotated, identity.addresses, by, now),
    recovery: recoveryAfter(chance, annotated, identity.recovery, now),
    credentials: credentialsAfter(annotated, identity.credentials, now),
    state_changed_at: state === identity.state ? identity.state_changed_at : goTime(micros, nanos(chance)),
    updated_at: movesUpdatedAt ? now : identity.updated_at,
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
  chance: Chance,
  { verifiable }: Annotated,
  before: readonly Address[],
  by: ChangedBy,
  now: string,
): Address[] {
  return verifiable.map(({ value, via }) => {
    const kept = before.find((address) => address.value === value && address.via === via);
    const status = by === 'user' ? 'sent' : 'pending';
    return (
      kept ?? { id: chance.uuid(), value, via, verified: false, status, created_at: now, updated_at: now }
    );
  });
}

function recoveryAfter(
  chance: Chance,
  { recovery }: Annotated,
  before: readonly RecoveryAddress[],
  now: string,
): RecoveryAddress[] {
  return recovery.map(({ value, via }) => {
    const kept = before.find((address) => address.value === value && address.via === via);
    return kept ?? { id: chance.uuid(), value, via, created_at: now, updated_at: now };
  });
}

function credentialsAfter(
  { identifiers }: Annotated,
  before: OryIdentity['credentials'],
  now: string,
): Record<string, Credential> {
  const after = Object.entries(identifiers).map(([type, values]): [string, Credential] => {
    const known = before[type];
    return known?.identifiers.join('\n') === values.join('\n')
      ? [type, known]
      : [type, { identifiers: values, created_at: known?.created_at ?? now, updated_at: now }];
  });
  return Object.fromEntries(after.sort(([a], [b]) => (a < b ? -1 : 1)));
}
