import type { CompiledMapping, ContactRules } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import { uniqueFields } from './unique-fields.ts';

/** The operator's configuration, and the facts of Zoho's field list. */
export interface DecideRules extends ContactRules {
  readonly oryIdField: string | null;
  /** Fields whose values Zoho keeps unique, by the module's field list. */
  readonly uniqueFields: ReadonlySet<string>;
  /** The fields that the mapping makes for an identity. */
  readonly ownNames: readonly string[];
  /** Fields that must not be empty. */
  readonly mandatory: ReadonlySet<string>;
}

/**
 * The rules for `decide`, the same for delivery and for a forecast.
 * @param builtIn whether the fields are the built-in ones, which do not show what is unique
 */
export function decideRules(
  { mapping, oryIdField }: { readonly mapping: CompiledMapping; readonly oryIdField: string | null },
  fields: FieldList,
  builtIn: boolean,
): DecideRules {
  const { contactRules, fieldNames, ownNames } = mapping;
  const mandatory = [...fields.values()].filter((field) => field.mandatory).map(({ apiName }) => apiName);
  return {
    ...contactRules,
    oryIdField,
    uniqueFields: uniqueFields(fieldNames, fields, builtIn),
    ownNames,
    mandatory: new Set(['Last_Name', ...mandatory]),
  };
}
