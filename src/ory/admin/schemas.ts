import { z } from 'zod';
import type { Identity } from '../../model/identity.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { OryAdminConnection } from './admin-request.ts';
import type { OryFailure } from './admin-answer.ts';

/** An identity schema of the project. */
export interface OrySchema {
  readonly id: string;
  readonly schema: JsonObject;
}

const listSchema = z.array(
  z.object({ id: z.string(), schema: z.custom<JsonObject>(isJsonObject, 'must be an object') }),
);

export type ListedSchemas =
  | {
      readonly kind: 'schemas';
      readonly schemas: readonly OrySchema[];
      /** False if there may be more. */
      readonly complete: boolean;
    }
  | OryFailure;

const AT_MOST = 250;

/**
 * The identity schemas (Ory API, `GET /schemas`). A self-hosted Kratos serves them at its public address, and
 * its admin address redirects there. The request to that address goes without the key. It may be unreachable
 * from here.
 */
export async function readSchemas(
  connection: OryAdminConnection,
  signal: AbortSignal,
): Promise<ListedSchemas> {
  const query = new URLSearchParams({ page_size: String(AT_MOST) });
  const answer = await connection.getPublic('/schemas', query, signal);
  if (answer.kind === 'failed') return answer;
  const schemas = answer.kind === 'ok' ? listSchema.safeParse(answer.json).data : undefined;
  return schemas === undefined
    ? { kind: 'failed', reason: 'unexpected', message: 'GET /schemas did not return a list.' }
    : { kind: 'schemas', schemas, complete: schemas.length < AT_MOST };
}

/** Traits are never nested deeper, but a schema may refer to itself. */
const MAX_DEPTH = 20;

const SAMPLE_EMAIL = 'ann@example.com';
const SAMPLE_PHONE = '+14155550100';

/** An identity with a value for every trait of the schema, to see what a mapping makes of it. */
export function sampleIdentity({ id, schema }: OrySchema): Identity {
  const addresses: JsonObject[] = [];
  const traits = sample(at(at(schema, 'properties'), 'traits'), addresses, 0);
  return {
    id: '00000000-0000-4000-8000-000000000001',
    schema_id: id,
    traits,
    verifiable_addresses: addresses,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
  };
}

function sample(schema: Json | undefined, addresses: JsonObject[], depth: number): Json {
  if (depth > MAX_DEPTH) return null;
  const next = (part: Json | undefined) => sample(part, addresses, depth + 1);
  const type = at(schema, 'type');
  const properties = at(schema, 'properties');
  if (isJsonObject(properties)) {
    return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, next(part)]));
  }
  if (type === 'array') return [next(at(schema, 'items'))];
  if (type === 'boolean') return true;
  if (type === 'number' || type === 'integer') return 1;
  if (type !== 'string') return null;
  const via = at(at(at(schema, 'ory.sh/kratos'), 'verification'), 'via');
  const format = at(schema, 'format');
  const value =
    format === 'email' || via === 'email'
      ? SAMPLE_EMAIL
      : format === 'tel' || via === 'sms'
        ? SAMPLE_PHONE
        : 'Ann';
  if (via === 'email' || via === 'sms') addresses.push({ via, value, verified: true });
  return value;
}

function at(json: Json | undefined, key: string): Json | undefined {
  return isJsonObject(json) ? json[key] : undefined;
}
