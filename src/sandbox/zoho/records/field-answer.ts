import type { ApiVersion } from '../api-version.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { Field } from './field.ts';

const JSON_TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  integer: 'integer',
  double: 'double',
  currency: 'double',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  multiselectpicklist: 'jsonarray',
};

/** A field as `GET settings/fields` returns it. */
export function fieldAnswer(field: Field, version: ApiVersion): JsonObject {
  const unique: Json = field.unique === undefined ? {} : { [version.caseKey]: field.unique.caseSensitive };
  return {
    id: field.id,
    api_name: field.apiName,
    field_label: field.label,
    display_label: field.label,
    data_type: field.dataType,
    json_type: field.apiName === 'Tag' ? 'jsonarray' : (JSON_TYPES[field.dataType] ?? 'string'),
    length: field.length,
    system_mandatory: field.mandatory,
    custom_field: field.custom,
    read_only: field.readOnly,
    field_read_only: field.readOnly,
    visible: field.visible,
    ...(version.operationType ? { operation_type: mayBeWritten(!field.readOnly) } : {}),
    unique,
    external: null,
    private: null,
    type: 'used',
    pick_list_values: field.pickList.map((value, index) => ({
      display_value: value,
      actual_value: value,
      reference_value: value,
      id: `${field.id.slice(0, -3)}${String(100 + index)}`,
      type: 'used',
      sequence_number: index + 1,
      colour_code: null,
    })),
  };
}

function mayBeWritten(may: boolean): JsonObject {
  return { web_create: may, web_update: may, api_create: may, api_update: may };
}
