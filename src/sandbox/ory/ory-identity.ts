import { z } from 'zod';
import type { Json, JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';

const jsonSchema = z.custom<Json>((value) => value !== undefined);
export const traitsSchema = z.custom<JsonObject>(isJsonObject, 'must be an object');
export const stateSchema = z.enum(['active', 'inactive']);

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
  schema_id: z.string(),
  traits: traitsSchema,
  state: stateSchema.optional(),
  external_id: z.string().optional(),
  organization_id: z.string().nullable().optional(),
  metadata_public: jsonSchema.optional(),
  metadata_admin: jsonSchema.optional(),
  verifiable_addresses: z.array(verifiableInput).optional(),
  recovery_addresses: z.array(z.object({ value: z.string(), via: z.string() })).optional(),
  credentials: z.unknown().optional(),
});

export type CreateIdentity = z.infer<typeof createIdentitySchema>;

export interface Address {
  readonly id: string;
  readonly value: string;
  readonly via: 'email' | 'sms';
  readonly verified: boolean;
  readonly status: 'pending' | 'sent' | 'completed';
  readonly verified_at?: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

/** An identity as the sandbox stores it. Each change replaces the object. */
export interface OryIdentity {
  readonly id: string;
  readonly external_id?: string | undefined;
  readonly schema_id: string;
  readonly state: 'active' | 'inactive';
  readonly state_changed_at: string;
  readonly traits: JsonObject;
  readonly addresses: readonly Address[];
  readonly metadata_public: Json;
  readonly metadata_admin: Json;
  readonly created_at: string;
  readonly updated_at: string;
  readonly organization_id: string | null;
}

/**
 * An identity as Kratos marshals it (ory/kratos, identity.MarshalJSON). Webhooks and the admin API get the
 * same, except that only the admin API shows `metadata_admin`, and only if it is set.
 */
export function identityJson(identity: OryIdentity, where: 'webhook' | 'admin'): JsonObject {
  const { addresses, metadata_admin: admin } = identity;
  const recovery = addresses.filter(({ via }) => via === 'email');
  return {
    id: identity.id,
    ...(identity.external_id === undefined ? {} : { external_id: identity.external_id }),
    schema_id: identity.schema_id,
    schema_url: `https://sandbox.projects.oryapis.com/schemas/${Buffer.from(identity.schema_id).toString('base64url')}`,
    state: identity.state,
    state_changed_at: identity.state_changed_at,
    traits: identity.traits,
    ...(addresses.length === 0 ? {} : { verifiable_addresses: addresses.map(verifiableJson) }),
    ...(recovery.length === 0 ? {} : { recovery_addresses: recovery.map(recoveryJson) }),
    metadata_public: identity.metadata_public,
    ...(where === 'webhook' || admin === null ? {} : { metadata_admin: admin }),
    created_at: identity.created_at,
    updated_at: identity.updated_at,
    organization_id: identity.organization_id,
  };
}

function verifiableJson({
  id,
  value,
  verified,
  via,
  status,
  verified_at,
  created_at,
  updated_at,
}: Address): Json {
  const at = verified_at === undefined ? {} : { verified_at };
  return { id, value, verified, via, status, ...at, created_at, updated_at };
}

function recoveryJson({ id, value, via, created_at, updated_at }: Address): Json {
  // Kratos stores the two kinds of address in two tables, so the same value has two ids.
  return { id: `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`, value, via, created_at, updated_at };
}

/** The identity's credentials without their secrets, as in reads of a single identity. */
export function credentialsJson(identity: OryIdentity): JsonObject {
  const { created_at, updated_at } = identity;
  const identifiers = identifiersOf(identity.traits);
  return { password: { type: 'password', identifiers, version: 0, created_at, updated_at } };
}

/** Trims, composes and lower-cases, as Kratos does for addresses and credential identifiers. */
export function normalized(identifier: string): string {
  return identifier.trim().normalize('NFKC').toLowerCase();
}

/**
 * The addresses that the usual identity schemas take from the traits: `email`, `phone_number` and `phone`.
 */
export function addressesIn(
  traits: JsonObject,
): readonly { readonly value: string; readonly via: 'email' | 'sms' }[] {
  const { email, phone_number: phone } = traits;
  return [
    ...(typeof email === 'string' && email !== ''
      ? [{ value: normalized(email), via: 'email' as const }]
      : []),
    ...(typeof phone === 'string' && phone !== '' ? [{ value: phone.trim(), via: 'sms' as const }] : []),
  ];
}

/** The identifiers that the identity signs in with. They are unique among all identities. */
export function identifiersOf(traits: JsonObject): readonly string[] {
  const { username } = traits;
  const names = typeof username === 'string' ? [normalized(username)] : [];
  return [...addressesIn(traits).map(({ value }) => value), ...names];
}
