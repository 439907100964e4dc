/** The values of another identity in a linked contact are replaced (rule 21). Pure. */
import type { ContactFields, FieldValue } from '../../model/contact.ts';
import { isRefused } from './changed-fields.ts';
import type { FieldHashes } from './changed-fields.ts';
import type { DecideInput } from './decide-input.ts';

/**
 * The fields that a call for another identity has written into the linked contact. Each gets the value of this
 * identity, or is cleared, whatever `write` and `clear` of the mapping say.
 */
export function fieldsMixedIn(
  { mixedIn = [], fields, remembered }: Pick<DecideInput, 'mixedIn' | 'fields' | 'remembered'>,
  mandatory: ReadonlySet<string>,
  hash: FieldHashes,
): ContactFields {
  const replaced: { [field: string]: FieldValue | null } = {};
  for (const name of mixedIn) {
    const field = fields.get(name);
    const value = field === undefined || isRefused(name, field, remembered, hash) ? null : field.value;
    if (value !== null || !mandatory.has(name)) replaced[name] = value;
  }
  return replaced;
}
