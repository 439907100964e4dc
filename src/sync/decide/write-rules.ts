import type { MappedField } from '../../mapping/mapped.ts';
import { keepsValues } from '../../model/policy.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import { isEmptyValue } from './same-value.ts';

/**
 * Whether only a new contact gets the field. A made-up value never replaces a real one. A new `write` rule
 * does not compile until it is handled here. If it changes what is written, and not only whether, then
 * `fieldsChangedSince` and `fieldsThatDiffer` need a case too.
 */
export function isForCreateOnly({ write, madeUp }: Pick<MappedField, 'write' | 'madeUp'>): boolean {
  switch (write) {
    case 'always':
      return madeUp;
    case 'on-create':
      return true;
  }
}

/**
 * Whether a policy allows us to overwrite the contact's value.
 * @param has undefined if the field could not be read and may have any value
 */
export function mayReplace(policy: AdoptPolicy, has: unknown): boolean {
  return !keepsValues(policy) || isEmptyValue(has);
}
