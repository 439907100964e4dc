import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';
import { parseJson } from '../call/http.ts';
import { applyJsonPatch, jsonPatchSchema } from './json-patch.ts';
import { oryError } from './ory-errors.ts';
import type { IdentityStore } from './ory-identities.ts';
import type { IdentityChange } from './ory-identity-changes.ts';
import type { OryIdentity } from './ory-identity.ts';
import {
  createIdentitySchema,
  credentialsJson,
  identityJson,
  stateSchema,
  traitsSchema,
} from './ory-identity.ts';

const jsonSchema = z.custom<OryIdentity['metadata_public']>((value) => value !== undefined);

/**
 * `PUT` replaces traits and metadata, and deletes what the body does not have (Ory API, updateIdentityBody).
 */
const putSchema = z.strictObject({
  schema_id: z.string(),
  traits: traitsSchema,
  state: stateSchema,
  external_id: z.string().optional(),
  metadata_public: jsonSchema.default(null),
  metadata_admin: jsonSchema.default(null),
  credentials: z.unknown().optional(),
});

const patchedSchema = z.object({
  schema_id: z.string(),
  traits: traitsSchema,
  state: stateSchema,
  external_id: z.string().optional(),
  metadata_public: jsonSchema.default(null),
  metadata_admin: jsonSchema.default(null),
});

const batchSchema = z.strictObject({
  identities: z.array(z.strictObject({ patch_id: z.string().optional(), create: z.unknown() })).max(1_000),
});

const BAD_BODY = 'Unable to decode the request body';

export function createIdentity(identities: IdentityStore, body: string): Reply {
  const input = createIdentitySchema.safeParse(parseJson(body));
  if (!input.success) return oryError(400, BAD_BODY);
  const identity = identities.create(input.data, 'admin');
  if (identity === undefined) return oryError(409);
  const headers = { location: `/admin/identities/${identity.id}` };
  return { status: 201, headers, json: identityJson(identity, 'admin') };
}

/** `PATCH /admin/identities`: creates up to 1,000 identities. Each has its own outcome. */
export function createIdentities(identities: IdentityStore, body: string): Reply {
  const batch = batchSchema.safeParse(parseJson(body));
  if (!batch.success) return oryError(400, BAD_BODY);
  const outcomes = batch.data.identities.map(({ patch_id, create }): JsonObject => {
    const about: JsonObject = patch_id === undefined ? {} : { patch_id };
    const input = createIdentitySchema.safeParse(create);
    const identity = input.success ? identities.create(input.data, 'admin') : undefined;
    if (identity !== undefined) return { action: 'create', identity: identity.id, ...about };
    const { json } = oryError(input.success ? 409 : 400);
    return { action: 'error', ...about, error: isJsonObject(json) ? (json['error'] ?? null) : null };
  });
  return { status: 200, json: { identities: outcomes } };
}

/** `PUT /admin/identities/{id}` */
export function replaceIdentity(identities: IdentityStore, identity: OryIdentity, body: string): Reply {
  const input = putSchema.safeParse(parseJson(body));
  if (!input.success) return oryError(400, BAD_BODY);
  const { credentials: _credentials, ...change } = input.data;
  return updated(identities, identity, { external_id: undefined, ...change });
}

/** `PATCH /admin/identities/{id}`: a JSON Patch on everything except id, times and credentials. */
export function patchIdentity(identities: IdentityStore, identity: OryIdentity, body: string): Reply {
  const patch = jsonPatchSchema.safeParse(parseJson(body));
  if (!patch.success) return oryError(400, BAD_BODY);
  const { schema_id, traits, state, external_id, metadata_public, metadata_admin } = identity;
  const open: JsonObject = {
    schema_id,
    traits,
    state,
    metadata_public,
    metadata_admin,
    ...(external_id === undefined ? {} : { external_id }),
  };
  const keys = ['schema_id', 'traits', 'state', 'external_id', 'metadata_public', 'metadata_admin'];
  if (patch.data.some(({ path }) => !keys.includes(path.split('/')[1] ?? ''))) {
    return oryError(400, 'patch includes denied path');
  }
  const result = patchedSchema.safeParse(applyJsonPatch(open, patch.data));
  if (!result.success) return oryError(400, 'An error occurred when applying the JSON patch');
  return updated(identities, identity, { external_id: undefined, ...result.data });
}

function updated(identities: IdentityStore, identity: OryIdentity, change: IdentityChange): Reply {
  const changed = identities.update(identity, change, 'admin');
  if (changed === undefined) return oryError(409);
  return { status: 200, json: { ...identityJson(changed, 'admin'), credentials: credentialsJson(changed) } };
}
