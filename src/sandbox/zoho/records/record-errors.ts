import type { ApiVersion } from '../api-version.ts';
import type { JsonObject } from '../../../model/json.ts';
import { zohoError } from '../zoho-errors.ts';
import type { Field } from './field.ts';
import { USER } from './record-values.ts';
import type { RuleContext } from './rule-context.ts';
import type { StoredRecord } from './stored-record.ts';

/** A lookup value without the id of its record. */
export function idNotFound(apiName: string, index: number, version: ApiVersion): JsonObject {
  const details: JsonObject = version.jsonPath
    ? { api_name: 'id', json_path: `$.data[${index}].${apiName}.id` }
    : { api_name: apiName };
  return zohoError('MANDATORY_NOT_FOUND', 'required field not found', details);
}

/** An error about one field. Old versions have no `json_path`. */
export function fieldError(
  code: string,
  message: string,
  apiName: string,
  index: number,
  version: ApiVersion,
  extra: JsonObject = {},
): JsonObject {
  const path: JsonObject = version.jsonPath ? { json_path: `$.data[${index}].${apiName}` } : {};
  return zohoError(code, message, { ...extra, api_name: apiName, ...path });
}

/** The module has no such field. */
export function unknownField(apiName: string, index: number, version: ApiVersion): JsonObject {
  const message = 'the field api name given seems to be invalid';
  return fieldError('INVALID_DATA', message, apiName, index, version);
}

/**
 * A unique value belongs to another record. v8 describes that record, older versions give its id, and v2
 * nothing. (Zoho documents this only for v8.)
 */
export function duplicateData(
  field: Field,
  other: StoredRecord,
  index: number,
  { module, version }: RuleContext,
): JsonObject {
  const { id: ownerId, name, zuid } = USER;
  const record: JsonObject = {
    more_records: false,
    duplicate_record: {
      id: other.id,
      Owner: { name, id: ownerId, zuid },
      module: { api_name: module, id: '7328395000000002179' },
    },
  };
  const extra: JsonObject = {
    ...(version.otherRecord === 'nothing' ? {} : { id: other.id }),
    ...(version.otherRecord === 'record' ? record : {}),
  };
  return fieldError('DUPLICATE_DATA', 'duplicate data', field.apiName, index, version, extra);
}

/**
 * One item for all errors of a record. v8 lists all of them, unless the settings say otherwise. Older
 * versions name only the first.
 */
export function itemOf(
  errors: readonly JsonObject[],
  { version, settings }: RuleContext,
): JsonObject | undefined {
  const [first] = errors;
  if (
    first === undefined ||
    errors.length === 1 ||
    !version.severalErrors ||
    settings.errorsNamed === 'first'
  )
    return first;
  return zohoError('MULTIPLE_OR_MULTI_ERRORS', 'Multiple errors in the request', { errors });
}

/** Why an existing record cannot be changed at the moment. */
export function stateError(record: StoredRecord, index: number, version: ApiVersion): JsonObject | undefined {
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
    case 'in_blueprint':
    case 'free':
    default:
      return processError(record);
  }
}

/** The error of a record in review or in a blueprint, the same for a change and a deletion. */
function processError({ state }: StoredRecord): JsonObject | undefined {
  if (state === 'not_reviewed') return zohoError('NOT_REVIEWED', 'record in review');
  if (state === 'in_blueprint') return zohoError('RECORD_IN_BLUEPRINT', 'The record is in blue print');
  return undefined;
}

/**
 * Why a record cannot be deleted at the moment (Zoho CRM API, "Delete Records"). A deletion has no body, so
 * the error has no path. The page has no sample for a record in review or in a blueprint.
 */
export function heldDeletion(record: StoredRecord): JsonObject | undefined {
  const { id } = record;
  switch (record.state) {
    case 'locked': {
      const message = 'You cannot perform this operation as the record is locked.';
      return zohoError('RECORD_LOCKED', message, { action: 'record_locking', id });
    }
    case 'not_approved':
      return zohoError('NOT_APPROVED', 'cannot delete record that is not approved yet');
    case 'not_reviewed':
    case 'in_blueprint':
    case 'free':
    default:
      return processError(record);
  }
}

/** Zoho documents no error for an unknown layout. This is its answer for other unknown ids. */
export function unknownLayout(index: number, version: ApiVersion): JsonObject {
  return fieldError('INVALID_DATA', 'invalid data', 'Layout', index, version);
}

/** @param matched the record that an upsert would have changed; only v8 returns its id */
export function mandatoryNotFound(
  field: Field,
  index: number,
  version: ApiVersion,
  matched?: StoredRecord,
): JsonObject {
  const extra: JsonObject = matched !== undefined && version.matchedId ? { id: matched.id } : {};
  return fieldError('MANDATORY_NOT_FOUND', 'required field not found', field.apiName, index, version, extra);
}
