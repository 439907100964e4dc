import { z } from 'zod';
import { isJsonObject } from '../../model/json.ts';
import type { FieldList, FieldMeta } from '../../model/contact.ts';
import type { CallFailure } from '../../model/zoho-answer.ts';
import { apiName } from './api-name.ts';
import type { Caller } from '../call.ts';
import { classifyRead } from '../answer/classify-call.ts';

export type FieldsAnswer =
  | { readonly kind: 'fields'; readonly fields: FieldList }
  /** The connection lacks ZohoCRM.settings.fields.READ. */
  | { readonly kind: 'no_scope' }
  | CallFailure;

const flag = z.boolean().optional().catch(undefined);

const fieldSchema = z.object({
  api_name: z.string(),
  data_type: z.string(),
  length: z.number().optional().catch(undefined),
  system_mandatory: flag,
  visible: flag,
  read_only: flag,
  field_read_only: flag,
  operation_type: z.object({ api_create: flag, api_update: flag }).optional().catch(undefined),
  unique: z.unknown().optional(),
  external: z.unknown().optional(),
});

/** Reads the fields of a module (Zoho CRM API, "Fields Metadata"). 1 credit. */
export async function readFields(
  caller: Caller,
  module: string,
  signal?: AbortSignal,
): Promise<FieldsAnswer> {
  const path = `settings/fields?module=${apiName(module)}`;
  const result = await caller.call(
    { operation: 'fields', method: 'GET', path, records: 0, signal },
    (answer) => {
      return classifyRead(answer, 'fields') ?? { kind: 'ok', value: parseFields(answer.body) };
    },
  );
  if (result.kind === 'ok') return { kind: 'fields', fields: result.value };
  return result.kind === 'not_done' && result.pause === 'scope' ? { kind: 'no_scope' } : result;
}

/** Reads the answer about fields, of any version from v2 to v8. Skips anything that is not a field. */
export function parseFields(body: unknown): FieldList {
  const list = z.object({ fields: z.array(z.unknown()) }).safeParse(body);
  const fields = (list.data?.fields ?? []).flatMap((field) => fieldSchema.safeParse(field).data ?? []);
  return new Map(fields.map((field) => [field.api_name, metaOf(field)]));
}

function metaOf(field: z.infer<typeof fieldSchema>): FieldMeta {
  return {
    apiName: field.api_name,
    dataType: field.data_type,
    ...(field.length === undefined ? {} : { length: field.length }),
    // An external id is unique, but Zoho does not mark it as such.
    unique: hasKeys(field.unique) || hasKeys(field.external),
    mandatory: field.system_mandatory === true,
    writable: isWritable(field),
  };
}

/**
 * `operation_type` says whether the API may write a field. Zoho's own list has `field_read_only: true` for
 * some fields that the API may write, such as Owner ("Fields Metadata", sample). API v2 has no
 * `operation_type`, so there `field_read_only` decides for all fields except the owner.
 */
function isWritable({
  data_type,
  read_only,
  field_read_only,
  visible,
  operation_type,
}: z.infer<typeof fieldSchema>): boolean {
  if (read_only === true || visible === false) return false;
  const { api_create, api_update } = operation_type ?? {};
  if (api_create === undefined && api_update === undefined) {
    return field_read_only !== true || data_type === 'ownerlookup';
  }
  return api_create !== false && api_update !== false;
}

function hasKeys(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length > 0;
}
