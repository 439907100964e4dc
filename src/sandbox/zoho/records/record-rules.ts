import type { Json, JsonObject } from '../../../model/json.ts';
import { isJsonObject } from '../../../model/json.ts';
import type { Layout } from '../zoho-settings.ts';
import type { Field } from './field.ts';
import { problemWith, storedValue } from './field-values.ts';
import { fieldError, idNotFound, mandatoryNotFound, unknownField, unknownLayout } from './record-errors.ts';
import type { RuleContext } from './rule-context.ts';
import type { StoredRecord } from './stored-record.ts';

export interface CheckedRecord {
  readonly errors: readonly JsonObject[];
  /** The values to store; null clears a field. */
  readonly values: ReadonlyMap<string, Json>;
}

/** Keys of a record that are not fields. */
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
    const cleared = clears(field, value);
    const problem = cleared ? undefined : problemWith(field, value, context.settings);
    if (lacksItsId(field, value)) {
      errors.push(idNotFound(apiName, index, context.version));
    } else if (problem !== undefined) {
      errors.push(fieldError('INVALID_DATA', 'invalid data', apiName, index, context.version, problem));
    } else if (cleared && mandatory(field)) {
      errors.push(mandatoryNotFound(field, index, context.version));
    } else {
      values.set(apiName, cleared ? null : storedValue(field, value));
    }
  }
  const refused = refusedByFault(record, index, context);
  return { errors: refused === undefined ? errors : [...errors, refused], values };
}

/** An empty list clears only a field that holds a list. */
function clears(field: Field, value: Json): boolean {
  const holdsList = field.dataType === 'multiselectpicklist' || field.apiName === 'Tag';
  return value === null || value === '' || (holdsList && Array.isArray(value) && value.length === 0);
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

/** Mandatory fields that are missing from a record that may be new. */
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

/**
 * The layout that a record names. Without one (undefined), neither its mandatory fields nor its choice of
 * fields apply.
 */
function layoutOf(record: JsonObject, { module, settings }: RuleContext): Layout | 'unknown' | undefined {
  const given = record['Layout'];
  if (given === undefined || given === null) return undefined;
  const id = isJsonObject(given) ? given['id'] : undefined;
  return settings.layouts.find((layout) => layout.module === module && layout.id === id) ?? 'unknown';
}

/** A lookup without an id. A recorded answer to one is MANDATORY_NOT_FOUND at `.id`. */
function lacksItsId(field: Field, value: Json): boolean {
  const looksUp = field.dataType === 'lookup' || field.dataType === 'ownerlookup';
  return looksUp && isJsonObject(value) && (value['id'] === undefined || value['id'] === null);
}
