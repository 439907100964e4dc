import type { CompiledMapping } from '../../mapping/compile.ts';
import type { FieldList } from '../../model/contact.ts';
import type { AdoptPolicy, Policy } from '../../model/policy.ts';
import { uniqueFields } from './unique-fields.ts';

/** What the operator configured, and what Zoho's field list says. */
export interface DecideRules {
  readonly adopt: AdoptPolicy;
  /** An identity whose email is not verified may take over a contact that we did not make. */
  readonly adoptUnverified: boolean;
  readonly recreate: boolean;
  readonly otherwise: Policy | 'set';
  readonly deleted: Policy;
  /** Tags that each contact gets. */
  readonly tags: readonly string[];
  readonly oryIdField: string | null;
  /** Fields whose values Zoho keeps unique, by the module's field list. */
  readonly uniqueFields: ReadonlySet<string>;
  /** The fields that the mapping makes of an identity. */
  readonly ownNames: readonly string[];
  /** Fields that must not be empty. */
  readonly mandatory: ReadonlySet<string>;
}

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
