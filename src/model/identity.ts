import type { Json } from './json.ts';

/**
 * The keys of an identity that both webhooks and the admin API carry, and `signed_in_at`, which only login webhooks
 * tell: where it is missing it is unknown, not gone. `metadata_admin` and credentials, which only admin reads have, are
 * dropped: a field fed from them would flap between the two sources.
 */
export const IDENTITY_KEYS = [
  'id',
  'schema_id',
  'state',
  'traits',
  'verifiable_addresses',
  'recovery_addresses',
  'metadata_public',
  'external_id',
  'organization_id',
  'created_at',
  'updated_at',
  'signed_in_at',
] as const;

export type IdentityKey = (typeof IDENTITY_KEYS)[number];

/**
 * An Ory identity as it came in. Only the id is sure: the rest may be missing or of any shape, since schemas are
 * the customer's own. Oddities are judged at delivery, never at intake.
 */
export type Identity = { readonly id: string } & { readonly [Key in Exclude<IdentityKey, 'id'>]?: Json };
