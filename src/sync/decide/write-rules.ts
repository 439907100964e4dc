import type { MappedField } from '../../mapping/mapped.ts';
import { keepsValues } from '../../model/policy.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import { isEmptyValue } from './same-value.ts';

/**
 * Whether only a new contact gets the field; a value of our own making never replaces a real one. A new `write` rule does not
 * compile until it is here. One that changes what is written, and not only whether, also needs a case where values are
 * compared: `fieldsChangedSince` and `fieldsThatDiffer`.
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
 * Whether a policy lets us write over what the contact has.
 * @param has undefined: the field could not be read, and may hold anything
 */
export function mayReplace(policy: AdoptPolicy, has: unknown): boolean {
  return !keepsValues(policy) || isEmptyValue(has);
}
