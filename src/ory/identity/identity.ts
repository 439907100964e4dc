import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { Identity, IdentityKey } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { uuidIn } from '../../model/uuid.ts';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Values nested deeper are left out. Go's JSON decoder, and so Ory, takes 10,000 levels; JSON.stringify
 * overflows the stack at a few thousand, and one such identity would fail every scan that meets it. Ory's
 * Jsonnet stops at 500.
 */
const MAX_DEPTH = 500;

/**
 * What a webhook's body holds. `code` and `message` of a problem are fit for the answer: they repeat no
 * input.
 */
export type WebhookBody =
  | {
      readonly kind: 'identity';
      readonly identity: Identity;
      /** The body's own `event`, as it came; any word. */
      readonly event?: string;
    }
  /** The nil UUID: a hook that runs before the identity is saved (`response.parse`); nothing to keep. */
  | { readonly kind: 'pre_persist' }
  | {
      readonly kind: 'problem';
      readonly code: 'invalid_body' | 'missing_identity' | 'invalid_identity_id';
      readonly message: string;
    };

/**
 * Takes the identity out of a webhook's body, `{"identity":{…}}` or `{"ctx":{"identity":{…}}}`, with the
 * `signed_in_at` beside or inside it. Only its id is checked. Hand-written, not a schema: it runs once for
 * each webhook.
 * @param body what JSON.parse made of the request's body
 */
export function parseWebhookBody(body: unknown): WebhookBody {
  if (!isJsonObject(body)) {
    return {
      kind: 'problem',
      code: 'invalid_body',
      message:
        'The body is not a JSON object. It should be {"identity": {…}}, as jsonnet/sync-contact.jsonnet makes it.',
    };
  }
  const found = identityIn(body);
  if (found === undefined) {
    return {
      kind: 'problem',
      code: 'missing_identity',
      message:
        'The body has no "identity" object. Use jsonnet/sync-contact.jsonnet as the body of the Ory Action.',
    };
  }
  const id = canonicalId(found);
  if (id === undefined) {
    return { kind: 'problem', code: 'invalid_identity_id', message: 'identity.id is not a UUID.' };
  }
  if (id === NIL_UUID) return { kind: 'pre_persist' };
  const identity = withSignedInAt(withGlossaryKeys(id, found), body);
  const event = own(body, 'event');
  return typeof event === 'string' ? { kind: 'identity', identity, event } : { kind: 'identity', identity };
}

/**
 * An identity as the admin API answers it, without `metadata_admin` and credentials; undefined when it is
 * none.
 */
export function parseIdentity(json: unknown): Identity | undefined {
  if (!isJsonObject(json)) return undefined;
  const id = canonicalId(json);
  return id === undefined || id === NIL_UUID ? undefined : withGlossaryKeys(id, json);
}

function identityIn(body: JsonObject): JsonObject | undefined {
  const identity = own(body, 'identity');
  if (isJsonObject(identity)) return identity;
  const context = own(body, 'ctx');
  const inner = isJsonObject(context) ? own(context, 'identity') : undefined;
  return isJsonObject(inner) ? inner : undefined;
}

function canonicalId(identity: JsonObject): string | undefined {
  const id = own(identity, 'id');
  return typeof id === 'string' ? uuidIn(id) : undefined;
}

function withGlossaryKeys(id: string, source: JsonObject): Identity {
  const identity: { id: string } & { [Key in Exclude<IdentityKey, 'id'>]?: Json } = { id };
  for (const key of IDENTITY_KEYS) {
    if (key === 'id') continue;
    const value = own(source, key);
    if (value !== undefined && !isDeeperThan(value, MAX_DEPTH)) identity[key] = value;
  }
  return identity;
}

/** The template sends it beside the identity, since it is of the session. */
function withSignedInAt(identity: Identity, body: JsonObject): Identity {
  const signed_in_at = own(body, 'signed_in_at');
  return typeof signed_in_at === 'string' ? { ...identity, signed_in_at } : identity;
}

/** Own keys only: what someone put on Object.prototype is no part of an identity. */
function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Makes no lists of what it looks at: it runs for each value of each identity of a scan. */
function isDeeperThan(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (!isJsonObject(value)) {
    for (const inner of value) if (isDeeperThan(inner, levels - 1)) return true;
    return false;
  }
  for (const key in value) if (isDeeperThan(value[key] ?? null, levels - 1)) return true;
  return false;
}
