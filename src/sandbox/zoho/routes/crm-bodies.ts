import { z } from 'zod';
import { checkFieldsOf, wrongCheckField } from '../write/upsert.ts';
import type { FieldTable } from '../records/field-table.ts';
import type { Reply, SandboxRequest } from '../../call/http.ts';
import { parseJson } from '../../call/http.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { SpecName } from '../spec-validation.ts';
import type { ZohoWorld } from '../zoho-world.ts';
import type { WriteBody } from '../write/write-body.ts';
import { refuse, zohoError } from '../zoho-errors.ts';
import { bodyRefusal } from './body-refusal.ts';

export const coqlBodySchema = z.object({ select_query: z.string() });

/** The parsed body, or the problems with it. */
export type Read<T> = { readonly body: T } | { readonly problems: readonly string[] };

/**
 * Parses a body as JSON, then checks it against Zoho's official specification, then against the sandbox's own
 * schema.
 */
export function readBody<T>(
  request: SandboxRequest,
  { specs }: ZohoWorld,
  [spec, name]: readonly [SpecName, string],
  schema: z.ZodType<T>,
): Read<T> {
  const json = parseJson(request.body);
  if (json === undefined) return { problems: ['/ is not JSON'] };
  const problems = specs.problems(spec, name, json);
  if (problems.length > 0) return { problems };
  const parsed = schema.safeParse(json);
  if (parsed.success) return { body: parsed.data };
  return { problems: parsed.error.issues.map((issue) => `/${issue.path.join('/')} ${issue.message}`) };
}

/** Refuses a body that violates the specification, and records it for `violations`. */
export function refuseBody(
  operation: string,
  { path, body }: SandboxRequest,
  { violations }: ZohoWorld,
  problems: readonly string[],
): Reply {
  violations.push({ operation, path, problems, body });
  return bodyRefusal(operation, problems[0] ?? '');
}

const TRIGGERS: ReadonlySet<string> = new Set([
  'workflow',
  'approval',
  'blueprint',
  'pathfinder',
  'orchestration',
]);
const RECORDS = 100;

/** Checks that Zoho's pages require of a write in addition to the specification. Undefined if all is well. */
export function refuseWrite(
  body: WriteBody,
  fields: FieldTable,
  { assignmentRules }: Pick<ZohoSettings, 'assignmentRules'>,
): Reply | undefined {
  if (body.data.length === 0) {
    return refuse(400, 'MANDATORY_NOT_FOUND', 'required field not found', {
      api_name: 'data',
      json_path: '$.data',
    });
  }
  if (body.data.length > RECORDS) {
    const details = { maximum_length: RECORDS, api_name: 'data' };
    const message = 'count of records in your request exceeds the limit';
    return { status: 400, json: { data: [zohoError('LIMIT_EXCEEDED', message, details)] } };
  }
  const wrongTrigger = body.trigger?.findIndex((name) => !TRIGGERS.has(name)) ?? -1;
  if (wrongTrigger >= 0) {
    const details = { api_name: 'trigger', json_path: `$.trigger[${wrongTrigger}]` };
    return refuse(400, 'INVALID_DATA', 'invalid data', { ...details, supported_values: [...TRIGGERS] });
  }
  if (body.lar_id !== undefined && assignmentRules[body.lar_id] === undefined) {
    return refuse(400, 'INVALID_DATA', 'invalid data', { api_name: 'lar_id', json_path: '$.lar_id' });
  }
  return refuseCheckFields(body.duplicate_check_fields ?? [], fields);
}

function refuseCheckFields(given: readonly string[], fields: FieldTable): Reply | undefined {
  const wrong = wrongCheckField(given, fields);
  if (wrong === undefined && checkFieldsOf(given, fields).length <= 10) return undefined;
  const details = {
    api_name: 'duplicate_check_fields',
    json_path: `$.duplicate_check_fields[${wrong ?? 10}]`,
  };
  return refuse(400, 'INVALID_DATA', 'invalid data', details);
}
