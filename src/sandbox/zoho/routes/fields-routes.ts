import type { ApiVersion } from '../api-version.ts';
import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { FieldTable } from '../records/field-table.ts';
import { fieldAnswer } from '../records/field-answer.ts';
import type { Reply } from '../../call/http.ts';
import { zohoError } from '../zoho-errors.ts';

/** Two unique fields per module, in every edition (Zoho CRM API, "Create Custom Field"). */
const UNIQUE_FIELDS = 2;

/** The maximum length of a new field, by data type. */
const LONGEST: Readonly<Record<string, number>> = { text: 255, email: 100, phone: 30, website: 450 };
const TYPES: ReadonlySet<string> = new Set([
  ...Object.keys(LONGEST),
  'textarea',
  'boolean',
  'integer',
  'bigint',
  'double',
  'date',
  'datetime',
  'picklist',
  'multiselectpicklist',
]);

/** `GET settings/fields?module=` */
export function listFields(fields: FieldTable, version: ApiVersion): Reply {
  return { status: 200, json: { fields: fields.all().map((field) => fieldAnswer(field, version)) } };
}

export const createFieldsBodySchema = z.object({
  fields: z
    .array(
      z.object({
        field_label: z.string().optional(),
        data_type: z.string().optional(),
        length: z.number().optional(),
        unique: z.object({ case_sensitive: z.boolean().default(false) }).optional(),
      }),
    )
    .min(1)
    .max(5),
});

type NewField = z.infer<typeof createFieldsBodySchema>['fields'][number];

/**
 * `POST settings/fields?module=` creates up to 5 fields. The API name is made from the label and is not in
 * the answer.
 */
export function createFields(fields: FieldTable, body: z.infer<typeof createFieldsBodySchema>): Reply {
  const items = body.fields.map((field, index) => createField(fields, field, index));
  const failed = items.some((item) => item['status'] === 'error');
  return { status: failed ? 400 : 201, json: { fields: items } };
}

function createField(fields: FieldTable, given: NewField, index: number): JsonObject {
  const about = (apiName: string): JsonObject => ({
    api_name: apiName,
    json_path: `$.fields[${index}].${apiName}`,
  });
  const { field_label: label, data_type: dataType, length, unique } = given;
  if (label === undefined || label === '') {
    return zohoError('MANDATORY_NOT_FOUND', 'required field not found', about('field_label'));
  }
  if (dataType === undefined)
    return zohoError('MANDATORY_NOT_FOUND', 'required field not found', about('data_type'));
  if (!TYPES.has(dataType)) return zohoError('INVALID_DATA', 'invalid data', about('data_type'));
  if (label.length > 25) {
    return zohoError('INVALID_DATA', 'invalid data', { ...about('field_label'), maximum_length: 25 });
  }
  const longest = LONGEST[dataType];
  if (length !== undefined && (length < 1 || (longest !== undefined && length > longest))) {
    return zohoError('INVALID_DATA', 'invalid data', about('length'));
  }
  if (fields.all().some((field) => field.label.toLowerCase() === label.toLowerCase())) {
    return zohoError('DUPLICATE_DATA', 'Field label already exists', about('field_label'));
  }
  if (unique !== undefined && fields.unique().length >= UNIQUE_FIELDS) {
    return zohoError('LIMIT_EXCEEDED', 'unique field limit exceeded', {
      limit: UNIQUE_FIELDS,
      limit_due_to: [about('unique')],
    });
  }
  const { id } = fields.set({
    apiName: label.replaceAll(/[^A-Za-z0-9]+/g, '_'),
    label,
    dataType,
    ...(length === undefined ? {} : { length }),
    unique: unique === undefined ? undefined : { caseSensitive: unique.case_sensitive },
  });
  return { code: 'SUCCESS', details: { id }, message: 'field created', status: 'success' };
}
