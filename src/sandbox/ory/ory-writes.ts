import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';
import { decoded } from './go-json.ts';
import type { OryErrorOptions } from './ory-errors.ts';
import { oryError, oryErrorBody, oryErrorWith } from './ory-errors.ts';
import type { IdentityStore, Refusal } from './ory-identities.ts';
import type { IdentityChange } from './ory-identity-changes.ts';
import type { OryIdentity, ShownIn } from './ory-identity.ts';
import {
  createIdentitySchema,
  credentialsJson,
  identityJson,
  newCredentialsJson,
  stateSchema,
  traitsSchema,
} from './ory-identity.ts';
import type { OryBehaviour } from './ory-versions.ts';

const MOST_IN_A_BATCH = 1_000;
const BAD_STATE = 'identity state is not valid';

const jsonSchema = z.custom<OryIdentity['metadata_public']>((value) => value !== undefined);

/**
 * `PUT` replaces traits and metadata, and deletes what the body does not have (Ory API, updateIdentityBody). State
 * and schema stay if the body does not have them.
 */
const putSchema = z.strictObject({
  schema_id: z.string().optional(),
  traits: traitsSchema,
  state: z.string().optional(),
  external_id: z.string().optional(),
  metadata_public: jsonSchema.default(null),
  metadata_admin: jsonSchema.default(null),
  credentials: z.unknown().optional(),
});

type CreateBody = z.infer<typeof createIdentitySchema>;

/** The body of a create. Versions without external ids know no such key. */
function createSchema({ externalIds }: OryBehaviour): z.ZodType<CreateBody> {
  return externalIds ? createIdentitySchema : createIdentitySchema.omit({ external_id: true });
}

/** `POST /admin/identities`. The header `Location` lacks `/admin` (seen with v25.4.0, v26.2.0 and master). */
export function createIdentity(
  identities: IdentityStore,
  body: string,
  adminUrl: string,
  behaviour: OryBehaviour,
): Reply {
  const input = decoded(body, createSchema(behaviour), 'identity.CreateIdentityBody');
  if ('problem' in input) return oryErrorWith(400, { message: input.problem });
  const created = createdFrom(identities, input.value);
  if ('refused' in created) return refusalReply(created, 'create');
  return {
    status: 201,
    headers: { location: `${adminUrl}/identities/${created.id}` },
    json: identityJson(created, 'sent', newCredentialsJson(created, behaviour)),
  };
}

function createdFrom(identities: IdentityStore, { state, ...rest }: CreateBody): OryIdentity | Refusal {
  const known = stateSchema.optional().safeParse(state);
  if (!known.success) return { refused: 'state', reason: BAD_STATE };
  return identities.create({ ...rest, state: known.data }, 'admin');
}

/**
 * `PATCH /admin/identities`: creates up to 1,000 identities. Each has its own outcome, even if all are refused (by the
 * source of Kratos; Ory's API reference promises a 4xx then).
 */
export function createIdentities(identities: IdentityStore, body: string, behaviour: OryBehaviour): Reply {
  const item = z.strictObject({ patch_id: z.string().optional(), create: createSchema(behaviour) });
  const schema = z.strictObject({ identities: z.array(item) });
  const batch = decoded(body, schema, 'identity.BatchPatchIdentitiesBody');
  // Kratos writes 500 into the body of this 400 (seen with v25.4.0, v26.2.0 and master).
  if ('problem' in batch) return oryErrorWith(400, { message: batch.problem, code: 500 });
  if (batch.value.identities.length > MOST_IN_A_BATCH) {
    const most = `The maximum number of identities per request that can be created or deleted at once is ${MOST_IN_A_BATCH}.`;
    return oryError(400, most);
  }
  const created: OryIdentity[] = [];
  const outcomes: JsonObject[] = [];
  for (const { patch_id, create } of batch.value.identities) {
    const about: JsonObject = patch_id === undefined ? {} : { patch_id };
    const one = createdFrom(identities, create);
    if (!('refused' in one)) {
      created.push(one);
      outcomes.push({ action: 'create', identity: one.id, ...about });
    } else if (behaviour.batch === 'all_or_none' || one.refused === 'state') {
      for (const identity of created) identities.delete(identity);
      return refusalReply(one, 'batch');
    } else {
      outcomes.push({ action: 'error', ...about, error: batchError(one, behaviour) });
    }
  }
  return { status: 200, json: { identities: outcomes } };
}

function batchError(one: Refusal, { batchSaysWhy }: OryBehaviour): JsonObject {
  const [status, options] = refusalOf(one, 'batch');
  const vague = status === 400 && !batchSaysWhy ? { reason: oryErrorBody(400, {}).message } : {};
  return oryErrorBody(status, { ...options, ...vague });
}

/** `PUT /admin/identities/{id}` */
export function replaceIdentity(
  identities: IdentityStore,
  identity: OryIdentity,
  body: string,
  behaviour: OryBehaviour,
): Reply {
  const input = decoded(body, putSchema, 'identity.UpdateIdentityBody');
  if ('problem' in input) return oryErrorWith(400, { message: input.problem });
  const { credentials: _credentials, state, schema_id, ...change } = input.value;
  const known = stateSchema.optional().safeParse(state);
  if (!known.success) return oryError(400, BAD_STATE);
  return updated(
    identities,
    identity,
    {
      external_id: undefined,
      ...change,
      ...(known.data === undefined ? {} : { state: known.data }),
      ...(schema_id === undefined ? {} : { schema_id }),
    },
    behaviour,
    'sent',
  );
}

/**
 * Stores a change and answers with the identity as it is now.
 * @param where as in `identityJson`
 */
export function updated(
  identities: IdentityStore,
  identity: OryIdentity,
  change: IdentityChange,
  behaviour: OryBehaviour,
  where: ShownIn,
): Reply {
  const changed = identities.update(identity, change, 'admin');
  if ('refused' in changed) return refusalReply(changed, 'update');
  return { status: 200, json: identityJson(changed, where, credentialsJson(changed, behaviour)) };
}

type Write = 'create' | 'batch' | 'update';

function refusalReply(refusal: Refusal, write: Write): Reply {
  const [status, options] = refusalOf(refusal, write);
  return oryErrorWith(status, options);
}

function refusalOf(refusal: Refusal, write: Write): readonly [number, OryErrorOptions] {
  if (refusal.refused !== 'conflict') return [400, { reason: refusal.reason }];
  return write === 'create'
    ? [409, { reason: 'This identity conflicts with another identity that already exists.' }]
    : [
        409,
        {
          message: 'Unable to insert or update resource because a resource with that value exists already',
        },
      ];
}
