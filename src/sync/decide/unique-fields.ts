import type { FieldList } from '../../model/contact.ts';

/** Of the standard fields, those whose values an organisation may have made unique (Zoho CRM help, "Unique fields"). */
const MAY_BE_UNIQUE: ReadonlySet<string> = new Set(['email', 'phone']);

/**
 * The mapped fields whose values Zoho keeps unique. Where nobody may read Zoho's own list, also those that it may keep so:
 * an upsert that matched by one of them would write to somebody else's contact.
 * @param builtIn the fields are the built-in ones
 */
export function uniqueFields(
  mapped: readonly string[],
  fields: FieldList,
  builtIn: boolean,
): ReadonlySet<string> {
  return new Set(
    mapped.filter((name) => {
      const field = fields.get(name);
      if (!builtIn) return field?.unique === true;
      return field === undefined || MAY_BE_UNIQUE.has(field.dataType);
    }),
  );
}
