import type { FieldList } from '../../model/contact.ts';

/** Standard fields whose values an org may have made unique (Zoho CRM help, "Unique fields"). */
const MAY_BE_UNIQUE: ReadonlySet<string> = new Set(['email', 'phone']);

/**
 * The mapped fields whose values Zoho keeps unique. If Zoho's own list cannot be read, also those that may be
 * unique: an upsert that matched by one of them would write to another person's contact.
 * @param builtIn whether the fields are the built-in ones
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
