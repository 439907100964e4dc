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

/**
 * A field as `GET settings/fields` returns it. Before v8 the key inside `unique` was spelled `casesensitive`.
 */
export function fieldAnswer(field: Field, version: number): JsonObject {
  const writable = !field.readOnly;
  const caseKey = version >= 8 ? 'case_sensitive' : 'casesensitive';
  const unique: Json = field.unique === undefined ? {} : { [caseKey]: field.unique.caseSensitive };
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
    operation_type: {
      web_create: writable,
      web_update: writable,
      api_create: writable,
      api_update: writable,
    },
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
