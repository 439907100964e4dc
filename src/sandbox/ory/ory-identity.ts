import { z } from 'zod';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { OryBehaviour } from './ory-versions.ts';
import type { TraitAddress } from './schemas/annotations.ts';

const jsonSchema = z.custom<Json>((value) => value !== undefined);
export const traitsSchema = z.custom<JsonObject>(isJsonObject, 'must be an object');
export const STATES = ['active', 'inactive'] as const;
export const stateSchema = z.enum(STATES);

const verifiableInput = z.object({
  value: z.string(),
  verified: z.boolean().optional(),
  via: z.enum(['email', 'sms']),
  status: z.enum(['pending', 'sent', 'completed']).optional(),
});

/**
 * The body of `POST /admin/identities` (Ory API, createIdentityBody). Unknown keys are refused, as in Kratos.
 */
export const createIdentitySchema = z.strictObject({
  schema_id: z.string().optional(),
  traits: traitsSchema,
  state: z.string().optional(),
  external_id: z.string().optional(),
  organization_id: z.string().nullable().optional(),
  metadata_public: jsonSchema.optional(),
  metadata_admin: jsonSchema.optional(),
  verifiable_addresses: z.array(verifiableInput).optional(),
  recovery_addresses: z.array(z.object({ value: z.string(), via: z.string() })).optional(),
  credentials: z.unknown().optional(),
});

/** What a new identity is made of. */
export type CreateIdentity = Omit<z.infer<typeof createIdentitySchema>, 'state'> & {
  readonly state?: OryIdentity['state'] | undefined;
};

export interface RecoveryAddress extends TraitAddress {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Address extends RecoveryAddress {
  readonly verified: boolean;
  readonly status: 'pending' | 'sent' | 'completed';
  readonly verified_at?: string | undefined;
}

/** What an identity signs in with: identifiers, without the secret. */
export interface Credential {
  readonly identifiers: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
}

/** An identity as the sandbox stores it. Each change replaces the object. */
export interface OryIdentity {
  readonly id: string;
  readonly external_id?: string | undefined;
  readonly schema_id: string;
  readonly state: (typeof STATES)[number];
  readonly state_changed_at: string;
  readonly traits: JsonObject;
  readonly addresses: readonly Address[];
  readonly recovery: readonly RecoveryAddress[];
  /** By type, such as `password`. */
  readonly credentials: Readonly<Record<string, Credential>>;
  readonly metadata_public: Json;
  readonly metadata_admin: Json;
  readonly created_at: string;
  readonly updated_at: string;
  readonly organization_id: string | null;
}

/**
 * Where an identity is shown. Reads, and the answer to a patch, show `metadata_admin` even if it is null. The
 * answers to POST and PUT show it only if it is set, and webhooks never.
 */
export type ShownIn = 'webhook' | 'read' | 'sent';

/**
 * An identity as Kratos marshals it (ory/kratos, identity.MarshalJSON).
 * @param credentials as from `credentialsJson`, where they are shown. An identity may have none
 */
export function identityJson(identity: OryIdentity, where: ShownIn, credentials?: JsonObject): JsonObject {
  const { addresses, recovery, metadata_admin } = identity;
  const showsAdmin = where === 'read' || (where === 'sent' && metadata_admin !== null);
  return {
    id: identity.id,
    ...(identity.external_id === undefined ? {} : { external_id: identity.external_id }),
    ...(credentials === undefined || Object.keys(credentials).length === 0 ? {} : { credentials }),
    schema_id: identity.schema_id,
    schema_url: `https://sandbox.projects.oryapis.com/schemas/${Buffer.from(identity.schema_id).toString('base64url')}`,
    state: identity.state,
    state_changed_at: identity.state_changed_at,
    traits: identity.traits,
    ...(addresses.length === 0 ? {} : { verifiable_addresses: addresses.map(verifiableJson) }),
    ...(recovery.length === 0 ? {} : { recovery_addresses: recovery.map(recoveryJson) }),
    metadata_public: identity.metadata_public,
    ...(showsAdmin ? { metadata_admin } : {}),
    created_at: identity.created_at,
    updated_at: identity.updated_at,
    organization_id: identity.organization_id,
  };
}

function verifiableJson(address: Address): Json {
  const { id, value, verified, via, status, verified_at, created_at, updated_at } = address;
  const at = verified_at === undefined ? {} : { verified_at };
  return { id, value, verified, via, status, ...at, created_at, updated_at };
}

function recoveryJson({ id, value, via, created_at, updated_at }: RecoveryAddress): Json {
  return { id, value, via, created_at, updated_at };
}

/** The identifiers that the identity signs in with. */
export function identifiersOf({ credentials }: OryIdentity): readonly string[] {
  return Object.values(credentials).flatMap(({ identifiers }) => identifiers);
}

/** What only one identity may have. */
export function uniqueIn(identity: OryIdentity): ReadonlySet<string> {
  const addresses = [...identity.addresses, ...identity.recovery].map(({ value }) => value);
  return new Set([...identifiersOf(identity), ...addresses]);
}

const YEAR_ONE = '0001-01-01T00:00:00Z';

/** The types of credentials that Kratos knows (Ory API, `include_credential`). */
export const CREDENTIAL_TYPES = [
  'password',
  'oidc',
  'saml',
  'totp',
  'lookup_secret',
  'webauthn',
  'code',
  'passkey',
  'deviceauthn',
  'profile',
  'link_recovery',
  'code_recovery',
];

/**
 * The identity's credentials without their secrets, as in reads of a single identity.
 * @param withConfig the types whose configuration is shown too (`include_credential`)
 */
export function credentialsJson(
  { credentials }: OryIdentity,
  behaviour: OryBehaviour,
  withConfig: readonly string[] = [],
): JsonObject {
  const shown = Object.entries(credentials).map(([type, credential]): [string, JsonObject] => {
    const { identifiers, created_at, updated_at } = credential;
    const version = type === 'code' ? 1 : behaviour.passwordVersion;
    const config = withConfig.includes(type) ? { config: configOf(type, identifiers) } : {};
    return [type, { type, identifiers: [...identifiers], ...config, version, created_at, updated_at }];
  });
  return Object.fromEntries(shown);
}

/** Nobody in the sandbox has a password, so its configuration is empty. */
function configOf(type: string, identifiers: readonly string[]): JsonObject {
  if (type !== 'code') return {};
  return {
    addresses: identifiers.map((address) => ({ address, channel: address.includes('@') ? 'email' : 'sms' })),
  };
}

/** The credentials in the answer to the create itself, which some versions do not read back. */
export function newCredentialsJson(identity: OryIdentity, behaviour: OryBehaviour): JsonObject {
  const shown = credentialsJson(identity, { ...behaviour, passwordVersion: 0 });
  if (behaviour.createTellsCredentialTimes) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([type, credential]) => [
      type,
      isJsonObject(credential) ? { ...credential, created_at: YEAR_ONE, updated_at: YEAR_ONE } : credential,
    ]),
  );
}
