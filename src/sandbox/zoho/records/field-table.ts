import type { Json, JsonObject } from '../../../model/json.ts';

/** One field of a module, as far as the sandbox knows it. */
export interface Field {
  readonly id: string;
  readonly apiName: string;
  readonly label: string;
  readonly dataType: string;
  readonly length: number;
  /** Set: "Do not allow duplicate values". */
  readonly unique?: { readonly caseSensitive: boolean } | undefined;
  readonly mandatory: boolean;
  readonly readOnly: boolean;
  readonly visible: boolean;
  readonly custom: boolean;
  readonly pickList: readonly string[];
}

export type FieldOverride = { readonly apiName: string; readonly module?: string } & {
  readonly [Key in Exclude<keyof Field, 'apiName' | 'id'>]?: Field[Key];
};

export const MODULES = ['Contacts', 'Leads'] as const;
export type ModuleName = (typeof MODULES)[number];

/** The fields of one module. Lengths are Zoho's defaults; orgs can change them (Zoho CRM help, "Standard fields"). */
export class FieldTable {
  readonly #fields = new Map<string, Field>();
  #lastId = 2_001;

  constructor(module: ModuleName, overrides: readonly FieldOverride[]) {
    for (const field of standardFields(module)) this.set(field);
    for (const override of overrides) {
      if (override.module === undefined || override.module === module) this.set(override);
    }
  }

  /** Adds a field, or changes one that is there. */
  set({ module: _module, ...given }: FieldOverride): Field {
    const known = this.#fields.get(given.apiName);
    const field: Field = { ...(known ?? this.#newField(given.apiName)), ...given };
    this.#fields.set(field.apiName, field);
    return field;
  }

  /** False: there is no such field. */
  remove(apiName: string): boolean {
    return this.#fields.delete(apiName);
  }

  #newField(apiName: string): Field {
    this.#lastId += 2;
    return {
      id: `7328395${String(this.#lastId).padStart(12, '0')}`,
      apiName,
      label: apiName.replaceAll('_', ' '),
      dataType: 'text',
      length: 255,
      mandatory: false,
      readOnly: false,
      visible: true,
      custom: true,
      pickList: [],
    };
  }

  get(apiName: string): Field | undefined {
    return this.#fields.get(apiName);
  }

  all(): readonly Field[] {
    return [...this.#fields.values()];
  }

  /** User-defined unique fields, in the order of the module: an upsert always checks all of them. */
  unique(): readonly Field[] {
    return this.all().filter((field) => field.unique !== undefined);
  }
}

function standard(
  apiName: string,
  dataType: string,
  length: number,
  more: Partial<Omit<Field, 'id' | 'apiName'>> = {},
): FieldOverride {
  return { apiName, dataType, length, custom: false, ...more };
}

function standardFields(module: ModuleName): readonly FieldOverride[] {
  const text = (apiName: string, length: number) => standard(apiName, 'text', length);
  const readOnly = { readOnly: true };
  const address = (prefix: string) => [
    text(`${prefix}Street`, 250),
    text(`${prefix}City`, 100),
    text(`${prefix}State`, 100),
    text(`${prefix}Zip`, 30),
    text(`${prefix}Country`, 100),
  ];
  return [
    standard('Owner', 'ownerlookup', 120),
    standard('Last_Name', 'text', 80, { mandatory: true }),
    text('First_Name', 40),
    standard('Full_Name', 'text', 120, readOnly),
    standard('Email', 'email', 100),
    standard('Secondary_Email', 'email', 100),
    ...['Phone', 'Mobile', 'Fax'].map((name) => standard(name, 'phone', 30)),
    standard('Lead_Source', 'picklist', 120, {
      pickList: ['Advertisement', 'Web Download', 'Employee Referral'],
    }),
    standard('Salutation', 'picklist', 25, { pickList: ['Mr.', 'Mrs.', 'Ms.', 'Dr.'] }),
    standard('Email_Opt_Out', 'boolean', 5),
    standard('Description', 'textarea', 32_000),
    standard('Tag', 'text', 2_000),
    standard('Created_By', 'ownerlookup', 120, readOnly),
    standard('Modified_By', 'ownerlookup', 120, readOnly),
    standard('Created_Time', 'datetime', 120, readOnly),
    standard('Modified_Time', 'datetime', 120, readOnly),
    standard('Last_Activity_Time', 'datetime', 120, readOnly),
    standard('Locked__s', 'boolean', 5, { readOnly: true, visible: false }),
    ...(module === 'Contacts'
      ? [
          text('Title', 100),
          text('Department', 50),
          text('Assistant', 50),
          standard('Home_Phone', 'phone', 30),
          standard('Other_Phone', 'phone', 30),
          standard('Date_of_Birth', 'date', 20),
          standard('Account_Name', 'lookup', 120),
          text('Skype_ID', 50),
          text('Twitter', 50),
          ...address('Mailing_'),
          ...address('Other_'),
        ]
      : [
          text('Company', 100),
          standard('Converted__s', 'boolean', 5, { ...readOnly, visible: false }),
          text('Designation', 100),
          standard('Website', 'website', 255),
          standard('Lead_Status', 'picklist', 120, { pickList: ['Not Contacted', 'Contacted'] }),
          ...address('').map((field) => ({
            ...field,
            apiName: field.apiName === 'Zip' ? 'Zip_Code' : field.apiName,
          })),
        ]),
  ];
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  boolean: 'boolean',
  integer: 'integer',
  double: 'double',
  currency: 'double',
  lookup: 'jsonobject',
  ownerlookup: 'jsonobject',
  multiselectpicklist: 'jsonarray',
};

/** A field as `GET settings/fields` answers it. Before v8 the key inside `unique` was spelt `casesensitive`. */
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
