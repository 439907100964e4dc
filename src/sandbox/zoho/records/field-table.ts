import type { ModuleName } from '../modules.ts';
import type { Field, FieldOverride } from './field.ts';
import { standardFields } from './standard-fields.ts';

/** How long a field of this type is unless something else is said (Zoho CRM help, "Custom fields"). */
const LENGTHS: { readonly [dataType: string]: number } = {
  boolean: 5,
  integer: 9,
  bigint: 18,
  double: 16,
  currency: 16,
  date: 20,
  datetime: 120,
  email: 100,
  phone: 30,
  website: 450,
  picklist: 120,
  lookup: 120,
  ownerlookup: 120,
};

/**
 * The fields of one module. The lengths are Zoho's defaults; orgs can change them (Zoho CRM help, "Standard
 * fields").
 */
export class FieldTable {
  readonly #fields = new Map<string, Field>();
  #lastId = 2_001;

  constructor(module: ModuleName, overrides: readonly FieldOverride[]) {
    for (const field of standardFields(module)) this.set(field);
    for (const override of overrides) {
      if (override.module === undefined || override.module === module) this.set(override);
    }
  }

  /** Adds a field, or changes an existing one. */
  set({ module: _module, ...given }: FieldOverride): Field {
    const known = this.#fields.get(given.apiName);
    const length = known === undefined ? LENGTHS[given.dataType ?? 'text'] : undefined;
    const field: Field = {
      ...(known ?? this.#newField(given.apiName)),
      ...(length === undefined ? {} : { length }),
      ...given,
    };
    this.#fields.set(field.apiName, field);
    return field;
  }

  /** False if there is no such field. */
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

  /** User-defined unique fields, in the order of the module. An upsert always checks all of them. */
  unique(): readonly Field[] {
    return this.all().filter((field) => field.unique !== undefined);
  }
}
