import { IDENTITY_KEYS } from '../../model/identity.ts';
import type { Identity, IdentityKey } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { uuidIn } from '../../model/uuid.ts';

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Values that are nested deeper are left out. Go's JSON decoder, and so Ory, takes 10,000 levels.
 * JSON.stringify overflows the stack at a few thousand, and one such identity would break every scan that
 * meets it. Ory's Jsonnet stops at 500.
 */
const MAX_DEPTH = 500;

/**
 * The content of a webhook's body. `code` and `message` of a problem may go into the answer, because they
 * repeat no input.
 */
export type WebhookBody =
  | {
      readonly kind: 'identity';
      readonly identity: Identity;
      /** The `event` of the body, as it came. It may be any word. */
      readonly event?: string;
    }
  /**
   * The nil UUID. It comes from a hook that runs before the identity is saved (`response.parse`), so there is
   * nothing to store.
   */
  | { readonly kind: 'pre_persist' }
  | {
      readonly kind: 'problem';
      readonly code: 'invalid_body' | 'missing_identity' | 'invalid_identity_id';
      readonly message: string;
    };

/**
 * Takes the identity from a webhook's body, `{"identity":{…}}` or `{"ctx":{"identity":{…}}}`, with the
 * `signed_in_at` next to it or inside it. It checks only the id. It is written by hand, without a schema,
 * because it runs for each webhook.
 * @param body the request's body after JSON.parse
 */
export function parseWebhookBody(body: unknown): WebhookBody {
  if (!isJsonObject(body)) {
    return {
      kind: 'problem',
      code: 'invalid_body',
      message:
        'The body is not a JSON object. It should be {"identity": {…}}, as jsonnet/sync-contact.jsonnet sends it.',
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
 * An identity from the admin API, without `metadata_admin` and credentials. Undefined if the JSON is not an
 * identity.
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

/** The template sends it next to the identity, because it belongs to the session. */
function withSignedInAt(identity: Identity, body: JsonObject): Identity {
  const signed_in_at = own(body, 'signed_in_at');
  return typeof signed_in_at === 'string' ? { ...identity, signed_in_at } : identity;
}

/** Own keys only. Keys that someone put on Object.prototype do not belong to an identity. */
function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Builds no lists, because it runs for each value of each identity in a scan. */
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
