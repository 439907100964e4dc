import type { Json } from './json.ts';

/**
 * The keys of an identity that both webhooks and the admin API send, and `signed_in_at`, which only login
 * webhooks send. If `signed_in_at` is missing, it is unknown, not gone. Only admin reads have
 * `metadata_admin` and credentials, so they are dropped: a field made from them would change back and forth
 * between the two sources.
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
 * An Ory identity as it came in. Only the id is certain. The rest may be missing or of any type, because each
 * customer has their own schemas. Odd data is judged at delivery, never at intake.
 */
export type Identity = { readonly id: string } & { readonly [Key in Exclude<IdentityKey, 'id'>]?: Json };
