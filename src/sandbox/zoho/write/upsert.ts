import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { RecordStore } from '../records/record-store.ts';
import type { StoredRecord } from '../records/stored-record.ts';
import type { Field } from '../records/field.ts';
import type { FieldTable } from '../records/field-table.ts';
import type { RuleContext } from '../records/rule-context.ts';
import { duplicateData, itemOf, stateError } from '../records/record-errors.ts';
import { checkRecord, missingMandatory } from '../records/record-rules.ts';
import { convertedRecord, successItem } from './write-answer.ts';
import type { ZohoSettings } from '../zoho-settings.ts';
import type { WriteBody } from './write-body.ts';
import { writeNote } from './write-body.ts';
import { zohoError } from '../zoho-errors.ts';

/** The only field that Zoho itself checks for duplicates in Contacts and Leads. */
const SYSTEM_CHECK_FIELD = 'Email';

/**
 * Upserts the records one after the other, so the second of two records with the same email finds the first.
 */
export function upsertRecords(
  store: RecordStore,
  body: WriteBody,
  context: RuleContext,
  now: number,
  owners: ZohoSettings['assignmentRules'],
): readonly JsonObject[] {
  // The assignment rule has the final say about the owner of a new record.
  const owner = body.lar_id === undefined ? undefined : owners[body.lar_id];
  const checkFields = checkFieldsOf(body.duplicate_check_fields ?? [], store.fields);
  return body.data.map((record, index) => {
    const { errors, values } = checkRecord(record, index, context);
    const match = matchOf(store, record, values, checkFields);
    if (match === 'no_such_id') return invalidId(record['id']);
    if (match === 'converted') return convertedRecord(record['id']);
    const found = match?.record;
    const all = [
      ...errors,
      ...missingMandatory(record, index, context, found),
      ...takenBy(store, found, values, index, context),
    ];
    const problem = (found && stateError(found, index, context.version)) ?? itemOf(all, context);
    if (problem !== undefined) return problem;
    const action = found === undefined ? 'insert' : 'update';
    const note = writeNote(body, action, record, now);
    if (found !== undefined) store.update(found, values, note);
    return successItem(
      found ??
        store.insert(owner === undefined ? values : new Map([...values, ['Owner', { id: owner }]]), note),
      found === undefined ? 'record added' : 'record updated',
      context.version,
      { duplicate_field: match?.field ?? null, action },
    );
  });
}

/**
 * Inserts the records. Only unique fields are checked for duplicates (Zoho CRM API, "Insert Records"). The
 * answer names neither an action nor the field that matched.
 */
export function insertRecords(
  store: RecordStore,
  body: WriteBody,
  context: RuleContext,
  now: number,
  owners: ZohoSettings['assignmentRules'],
): readonly JsonObject[] {
  const owner = body.lar_id === undefined ? undefined : owners[body.lar_id];
  return body.data.map((record, index) => {
    const { errors, values } = checkRecord(record, index, context);
    const all = [
      ...errors,
      ...missingMandatory(record, index, context, undefined),
      ...takenBy(store, undefined, values, index, context),
    ];
    const problem = itemOf(all, context);
    if (problem !== undefined) return problem;
    const owned = owner === undefined ? values : new Map([...values, ['Owner', { id: owner }]]);
    const note = writeNote(body, 'insert', record, now);
    return successItem(store.insert(owned, note), 'record added', context.version, {});
  });
}

/** The id names no record. */
export function invalidId(id: Json | undefined): JsonObject {
  return zohoError('INVALID_DATA', 'the id given seems to be invalid', { id: id ?? null });
}

/**
 * The fields to check, in order (Zoho CRM API, "Upsert Records", the table of duplicate check fields): the
 * given ones, then all other user-defined unique fields. Email is added only if none is given.
 */
export function checkFieldsOf(given: readonly string[], fields: FieldTable): readonly string[] {
  const first = given.length === 0 ? [SYSTEM_CHECK_FIELD] : given;
  return [...new Set([...first, ...fields.unique().map((field) => field.apiName)])];
}

/**
 * A check field must be the system's or a unique one. Returns the index of the first field that is neither.
 */
export function wrongCheckField(given: readonly string[], fields: FieldTable): number | undefined {
  const wrong = given.findIndex((name) => name !== SYSTEM_CHECK_FIELD && !fields.get(name)?.unique);
  return wrong === -1 ? undefined : wrong;
}

type Match = { readonly record: StoredRecord; readonly field: string | null };

function matchOf(
  store: RecordStore,
  record: JsonObject,
  values: ReadonlyMap<string, Json>,
  checkFields: readonly string[],
): Match | undefined | 'no_such_id' | 'converted' {
  // Zoho does not document an id in an upsert. The sandbox treats it as the record to update.
  const id = record['id'];
  if (typeof id === 'string') {
    const known = store.get(id);
    if (known !== undefined) return { record: known, field: null };
    return store.converted(id) === undefined ? 'no_such_id' : 'converted';
  }
  for (const field of checkFields) {
    const value = values.get(field);
    if (typeof value !== 'string') continue;
    const found = anyOf(store.find(field, value), value);
    if (found !== undefined) return { record: found, field };
  }
  return undefined;
}

/**
 * If several records have the same email, Zoho takes one and does not say which. Here the choice cannot be
 * guessed.
 */
function anyOf(found: readonly StoredRecord[], value: string): StoredRecord | undefined {
  if (found.length < 2) return found[0];
  const hash = createHash('sha256').update(value.toLowerCase()).digest();
  return found[hash.readUInt32BE() % found.length];
}

/**
 * Unique values that belong to a record other than the one to be written. Undefined means that a new record
 * is written.
 */
export function takenBy(
  store: RecordStore,
  record: StoredRecord | undefined,
  values: ReadonlyMap<string, Json>,
  index: number,
  context: RuleContext,
): readonly JsonObject[] {
  const { recycleBinKeepsUnique, checkConvertedLeads } = context.settings;
  return store.fields.unique().flatMap((field: Field) => {
    const value = values.get(field.apiName);
    if (typeof value !== 'string') return [];
    const other = [
      ...store.find(field.apiName, value),
      ...(recycleBinKeepsUnique ? store.findAside('recycle_bin', field.apiName, value) : []),
      ...(checkConvertedLeads ? store.findAside('converted', field.apiName, value) : []),
    ].find((found) => found !== record);
    return other === undefined ? [] : [duplicateData(field, other, index, context)];
  });
}
