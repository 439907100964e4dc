import type { JsonObject } from '../../../model/json.ts';
import type { ApiVersion } from '../api-version.ts';
import type { Field } from './field.ts';

const JSON_TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  integer: 'integer',
  double: 'double',
  currency: 'double',
  percent: 'double',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  multiselectpicklist: 'jsonarray',
};

interface ReadOnly {
  readonly read_only: boolean;
  readonly field_read_only: boolean;
}

/**
 * `read_only` and `field_read_only` of standard fields, as Zoho's sample of a whole list has them (Zoho CRM API,
 * "Fields Metadata"). They do not say whether the API may write a field. `operation_type` does.
 */
const READ_ONLY: { readonly [apiName: string]: ReadOnly } = {
  Owner: { read_only: false, field_read_only: true },
  Full_Name: { read_only: false, field_read_only: false },
  Created_By: { read_only: false, field_read_only: false },
  Modified_By: { read_only: false, field_read_only: false },
  Created_Time: { read_only: false, field_read_only: false },
  Modified_Time: { read_only: false, field_read_only: false },
  Last_Activity_Time: { read_only: false, field_read_only: true },
  Locked__s: { read_only: true, field_read_only: true },
  Converted__s: { read_only: true, field_read_only: true },
};

/** A field as `GET settings/fields` returns it. */
export function fieldAnswer(field: Field, version: ApiVersion): JsonObject {
  const { id, label, length } = field;
  return {
    ...sameForAll(field),
    id,
    api_name: field.apiName,
    field_label: label,
    display_label: label,
    data_type: field.dataType,
    json_type: field.apiName === 'Tag' ? 'jsonarray' : (JSON_TYPES[field.dataType] ?? 'string'),
    length,
    system_mandatory: field.mandatory,
    custom_field: field.custom,
    ...(READ_ONLY[field.apiName] ?? { read_only: field.readOnly, field_read_only: false }),
    visible: field.visible,
    ...(version.operationType ? { operation_type: mayBeWritten(!field.readOnly) } : {}),
    unique: field.unique === undefined ? {} : { [version.caseKey]: field.unique.caseSensitive },
    pick_list_values: field.pickList.map((value, index) => ({
      display_value: value,
      actual_value: value,
      reference_value: value,
      id: `${id.slice(0, -3)}${String(100 + index)}`,
      type: 'used',
      sequence_number: index + 1,
      colour_code: null,
    })),
  };
}

function mayBeWritten(may: boolean): JsonObject {
  return { web_create: may, web_update: may, api_create: may, api_update: may };
}

/** Keys that Zoho has for every field and that the sandbox has no use for. */
function sameForAll({ dataType, apiName }: Field): JsonObject {
  return {
    associated_module: null,
    association_details: null,
    auto_number: {},
    businesscard_supported: false,
    colour_code_enabled_by_system: false,
    convert_mapping: null,
    created_source: 'default',
    created_time: null,
    crypt: null,
    currency: dataType === 'currency' ? { rounding_option: 'normal', precision: 2 } : {},
    decimal_place: dataType === 'double' || dataType === 'currency' ? 2 : null,
    display_field: apiName === 'Full_Name',
    display_type: -1,
    email_parser: { fields_update_supported: false, record_operations_supported: false },
    enable_colour_code: false,
    external: null,
    filterable: true,
    formula: {},
    global_picklist: null,
    hipaa_compliance: null,
    hipaa_compliance_enabled: false,
    history_tracking: null,
    layout_associations: [{ api_name: 'Standard__s', name: 'Standard', id: '7328395000000091055' }],
    lookup: {},
    mass_update: false,
    modified_time: null,
    multi_module_lookup: {},
    multiselectlookup: {},
    pick_list_values_sorted_lexically: false,
    private: null,
    profiles: [{ permission_type: 'read_write', name: 'Administrator', id: '7328395000000026011' }],
    rollup_summary: {},
    searchable: true,
    separator: false,
    sortable: true,
    tooltip: null,
    type: 'used',
    ui_type: 1,
    view_type: { view: true, edit: true, quick_create: false, create: true },
    virtual_field: false,
    webhook: true,
  };
}
