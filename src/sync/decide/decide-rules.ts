import type { CompiledMapping } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import type { DecideRules } from './decide.ts';
import { uniqueFields } from './unique-fields.ts';

/**
 * What `decide` goes by: the same for delivery and for a forecast.
 * @param builtIn the fields are the built-in ones, which tell nothing of what is unique
 */
export function decideRules(
  { mapping, oryIdField }: { readonly mapping: CompiledMapping; readonly oryIdField: string | null },
  fields: FieldList,
  builtIn: boolean,
): DecideRules {
  const { adopt, adoptUnverified, recreate, otherwise, deleted, tags, fieldNames, ownNames } = mapping;
  const unique = uniqueFields(fieldNames, fields, builtIn);
  const mandatory = [...fields.values()].filter((field) => field.mandatory).map(({ apiName }) => apiName);
  return {
    adopt,
    adoptUnverified,
    recreate,
    otherwise,
    deleted,
    tags,
    oryIdField,
    uniqueFields: unique,
    ownNames,
    mandatory: new Set(['Last_Name', ...mandatory]),
  };
}
