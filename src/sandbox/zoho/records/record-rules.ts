import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { StoredRecord } from './record-store.ts';
import { USER } from './record-values.ts';
import type { Field, FieldTable, ModuleName } from './field-table.ts';
import { problemWith } from './field-values.ts';
import type { RefuseField } from '../../call/operation.ts';
import type { Layout, Settings } from '../../settings.ts';
import { zohoError } from '../zoho-errors.ts';

export type RuleSettings = Pick<
  Settings,
  'unknownFields' | 'errorsNamed' | 'layouts' | 'recycleBinKeepsUnique' | 'checkConvertedLeads'
>;

/** What the rules for one record of a write depend on beside the record. */
export interface RuleContext {
  readonly module: ModuleName;
  readonly fields: FieldTable;
  readonly version: number;
  readonly settings: RuleSettings;
  readonly refuseField: RefuseField | undefined;
}

export interface CheckedRecord {
  readonly errors: readonly JsonObject[];
  /** The values to store, null where a field is cleared. */
  readonly values: ReadonlyMap<string, Json>;
}

/** Keys of a record that are no fields. */
const NO_FIELDS: ReadonlySet<string> = new Set(['id', 'Layout']);

/** Checks every value of one record against its field (Zoho CRM API, "Insert Records", "Upsert Records"). */
export function checkRecord(record: JsonObject, index: number, context: RuleContext): CheckedRecord {
  const values = new Map<string, Json>();
  const errors: JsonObject[] = [];
  const layout = layoutOf(record, context);
  if (layout === 'unknown') errors.push(unknownLayout(index, context.version));
  const outside = (apiName: string) => typeof layout === 'object' && !layout.fields.includes(apiName);
  const mandatory = (field: Field) =>
    field.mandatory || (typeof layout === 'object' && layout.mandatory.includes(field.apiName));
  for (const [apiName, value] of Object.entries(record)) {
    if (NO_FIELDS.has(apiName) || apiName.startsWith('$')) continue;
    const field = context.fields.get(apiName);
    if (field === undefined) {
      if (context.settings.unknownFields === 'refuse')
        errors.push(unknownField(apiName, index, context.version));
      continue;
    }
    if (field.readOnly || !field.visible || outside(apiName)) continue;
    const cleared = value === null || value === '' || (Array.isArray(value) && value.length === 0);
    const problem = cleared ? undefined : problemWith(field, value);
    if (lacksItsId(field, value)) {
      errors.push(idNotFound(apiName, index, context.version));
    } else if (problem !== undefined) {
      errors.push(fieldError('INVALID_DATA', 'invalid data', apiName, index, context.version, problem));
    } else if (cleared && mandatory(field)) {
      errors.push(mandatoryNotFound(field, index, context.version));
    } else {
      values.set(apiName, cleared ? null : value);
    }
  }
  const refused = refusedByFault(record, index, context);
  return { errors: refused === undefined ? errors : [...errors, refused], values };
}

function refusedByFault(record: JsonObject, index: number, context: RuleContext): JsonObject | undefined {
  const { refuseField, version } = context;
  if (refuseField === undefined) return undefined;
  const { apiName, code, containing } = refuseField;
  const met =
    containing === undefined
      ? record[apiName] !== undefined && record[apiName] !== null
      : JSON.stringify(record).includes(containing);
  return met ? fieldError(code, 'invalid data', apiName, index, version) : undefined;
}

/** Mandatory fields that a record which may become a new one does not carry. */
export function missingMandatory(
  record: JsonObject,
  index: number,
  context: RuleContext,
  matched?: StoredRecord,
): readonly JsonObject[] {
  const layout = layoutOf(record, context);
  const ofLayout = typeof layout === 'object' ? layout.mandatory : [];
  return context.fields
    .all()
    .filter((field) => field.mandatory || ofLayout.includes(field.apiName))
    .filter((field) => record[field.apiName] === undefined)
    .map((field) => mandatoryNotFound(field, index, context.version, matched));
}

/** The layout a record names; undefined: none, so neither its mandatory fields nor its choice of fields count. */
function layoutOf(record: JsonObject, { module, settings }: RuleContext): Layout | 'unknown' | undefined {
  const given = record['Layout'];
  if (given === undefined || given === null) return undefined;
  const id = isJsonObject(given) ? given['id'] : undefined;
  return settings.layouts.find((layout) => layout.module === module && layout.id === id) ?? 'unknown';
}

/** Zoho documents no error for a layout that is not there; it answers other unknown ids so. */
function unknownLayout(index: number, version: number): JsonObject {
  return fieldError('INVALID_DATA', 'invalid data', 'Layout', index, version);
}

function mandatoryNotFound(field: Field, index: number, version: number, matched?: StoredRecord): JsonObject {
  const extra: JsonObject = matched !== undefined && version >= 8 ? { id: matched.id } : {};
  return fieldError('MANDATORY_NOT_FOUND', 'required field not found', field.apiName, index, version, extra);
}

/** Zoho documents the answer for no such look-up; it answers what is missing elsewhere in a record so. */
function lacksItsId(field: Field, value: Json): boolean {
  return field.dataType === 'lookup' && isJsonObject(value) && value['id'] === undefined;
}

function idNotFound(apiName: string, index: number, version: number): JsonObject {
  const details: JsonObject =
    version >= 8 ? { api_name: 'id', json_path: `$.data[${index}].${apiName}.id` } : { api_name: apiName };
  return zohoError('MANDATORY_NOT_FOUND', 'required field not found', details);
}

/** An error about one field; versions before v8 name no `json_path`. */
export function fieldError(
  code: string,
  message: string,
  apiName: string,
  index: number,
  version: number,
  extra: JsonObject = {},
): JsonObject {
  const path: JsonObject = version >= 8 ? { json_path: `$.data[${index}].${apiName}` } : {};
  return zohoError(code, message, { ...extra, api_name: apiName, ...path });
}

function unknownField(apiName: string, index: number, version: number): JsonObject {
  const message = 'the field api name given seems to be invalid';
  return fieldError('INVALID_DATA', message, apiName, index, version);
}

/**
 * A unique value belongs to another record. v8 describes that record, older versions give its id, and v2 nothing
 * (Zoho promises it for no version before v8).
 */
export function duplicateData(
  field: Field,
  other: StoredRecord,
  index: number,
  { module, version }: RuleContext,
): JsonObject {
  const { id: ownerId, name, zuid } = USER;
  const extra: JsonObject =
    version >= 8
      ? {
          id: other.id,
          more_records: false,
          duplicate_record: {
            id: other.id,
            Owner: { name, id: ownerId, zuid },
            module: { api_name: module, id: '7328395000000002179' },
          },
        }
      : version >= 3
        ? { id: other.id }
        : {};
  return fieldError('DUPLICATE_DATA', 'duplicate data', field.apiName, index, version, extra);
}

/** One item for all errors of a record: v8 lists them unless set otherwise, older versions name the first only. */
export function itemOf(
  errors: readonly JsonObject[],
  { version, settings }: RuleContext,
): JsonObject | undefined {
  const [first] = errors;
  if (first === undefined || errors.length === 1 || version < 8 || settings.errorsNamed === 'first')
    return first;
  return zohoError('MULTIPLE_OR_MULTI_ERRORS', 'Multiple errors in the request', { errors });
}

/** Why a record that exists cannot be changed just now. */
export function stateError(record: StoredRecord, index: number, version: number): JsonObject | undefined {
  switch (record.state) {
    case 'locked': {
      const message = 'Sorry, you cannot perform this operation as the record is locked.';
      return fieldError('RECORD_LOCKED', message, 'id', index, version, { action: 'record_locking' });
    }
    case 'not_approved':
      return zohoError('NOT_APPROVED', 'Cannot update record that is not approved yet', {
        resource_path_index: 1,
      });
    case 'not_reviewed':
      return zohoError('NOT_REVIEWED', 'record in review');
    case 'in_blueprint':
      return zohoError('RECORD_IN_BLUEPRINT', 'The record is in blue print');
    case 'free':
    default:
      return undefined;
  }
}
