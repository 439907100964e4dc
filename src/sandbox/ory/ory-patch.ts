import { z } from 'zod';
import { isJsonObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Reply } from '../call/http.ts';
import { decoded } from './go-json.ts';
import type { JsonPatch } from './json-patch.ts';
import { applyJsonPatch } from './json-patch.ts';
import { oryErrorWith } from './ory-errors.ts';
import type { IdentityStore } from './ory-identities.ts';
import type { OryIdentity } from './ory-identity.ts';
import { stateSchema, traitsSchema } from './ory-identity.ts';
import type { OryBehaviour } from './ory-versions.ts';
import { updated } from './ory-writes.ts';

const jsonSchema = z.custom<OryIdentity['metadata_public']>((value) => value !== undefined);

const listSchema = z.array(z.looseObject({ op: z.string(), path: z.string() }));

const patchedSchema = z.object({
  schema_id: z.string(),
  traits: traitsSchema,
  state: stateSchema,
  external_id: z.string().optional(),
  metadata_public: jsonSchema.default(null),
  metadata_admin: jsonSchema.default(null),
});

/** Kratos applies only these (ory/x, jsonx.ApplyJSONPatch). */
const operationSchema = z.enum(['add', 'replace', 'remove']);

const DENIED = ['/id', '/statechangedat', '/credentials'];
/** The other parts of an identity. Kratos may apply a patch to them; the sandbox does not. */
const NOT_HERE =
  /^\/(verifiable_addresses|recovery_addresses|created_at|updated_at|organization_id|schema_url)\b/;

/** `PATCH /admin/identities/{id}`: a JSON Patch on everything except id, times and credentials. */
export function patchIdentity(
  identities: IdentityStore,
  identity: OryIdentity,
  body: string,
  behaviour: OryBehaviour,
): Reply {
  const { badPatch, refusedPatch } = behaviour;
  const list = decoded(body, listSchema, badPatch.type);
  if ('problem' in list) return oryErrorWith(400, { message: list.problem, reason: badPatch.reason });
  const patch: JsonPatch = [];
  for (const { op, path, ...more } of list.value) {
    const denied = DENIED.includes(path.toLowerCase()) || NOT_HERE.test(path);
    const known = operationSchema.safeParse(op);
    const problem = denied
      ? `patch includes denied path: ${path}`
      : known.success
        ? undefined
        : `unsupported operation: ${op}`;
    if (problem !== undefined || !known.success) {
      return oryErrorWith(400, { message: problem ?? '', reason: refusedPatch });
    }
    patch.push({ op: addsToo(known.data, path), path, value: z.json().safeParse(more['value']).data });
  }
  const result = applyJsonPatch(openPart(identity), patch, 'makes_paths');
  if (!isJsonObject(result)) {
    const [last] = patch.slice(-1);
    const message = `remove operation does not apply: doc is missing path: ${JSON.stringify(last?.path)}: missing value`;
    return oryErrorWith(400, { message, reason: refusedPatch });
  }
  return patched(identities, identity, result, behaviour);
}

/** Kratos turns `replace` into `add`, except for the items of a list. */
function addsToo(op: z.infer<typeof operationSchema>, path: string): z.infer<typeof operationSchema> {
  return op === 'replace' && !/\/\d+$/.test(path) ? 'add' : op;
}

function openPart(identity: OryIdentity): JsonObject {
  const { schema_id, traits, state, external_id, metadata_public, metadata_admin } = identity;
  const external = external_id === undefined ? {} : { external_id };
  return { schema_id, traits, state, metadata_public, metadata_admin, ...external };
}

function patched(
  identities: IdentityStore,
  identity: OryIdentity,
  result: JsonObject,
  behaviour: OryBehaviour,
): Reply {
  const { state } = result;
  if (!stateSchema.safeParse(state).success) {
    const given = typeof state === 'string' ? state : '';
    const reason = `The supplied state ('${given}') was not valid. Valid states are ('active', 'inactive').`;
    return oryErrorWith(400, { message: 'identity state is not valid', reason });
  }
  const whole = decoded(JSON.stringify(result), patchedSchema, 'identity.Identity');
  if ('problem' in whole) {
    return oryErrorWith(400, { message: whole.problem, reason: behaviour.refusedPatch });
  }
  const change = { external_id: undefined, ...whole.value };
  return updated(identities, identity, change, behaviour, 'read');
}
