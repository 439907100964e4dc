/**
 * Numbers and booleans out of what a mapping gives, without a digit changed; undefined where that cannot be.
 */
import type { FieldValue } from '../../model/contact.ts';

/** The boolean, also where it comes as a word; undefined where it is none. */
export function asBoolean(value: FieldValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return word === 'true' || (word === 'false' ? false : undefined);
}

/** What a number of 64 bits holds of a decimal text, whatever it is (IEEE 754). */
const SAFE_DIGITS = 15;
/** Longer than any number that fits. */
const TEXT_AT_MOST = 400;

/** Undefined also where a number cannot hold the digits of the text: they would be changed. */
export function asNumber(value: FieldValue): number | undefined {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (text.length > TEXT_AT_MOST || !/^[+-]?\d+(\.\d+)?$/.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number)))
    return undefined;
  const digits = significant(text);
  return digits.length <= SAFE_DIGITS || digits === significant(String(number)) ? number : undefined;
}

function significant(decimal: string): string {
  return decimal
    .replace(/e.*$/, '')
    .replaceAll(/[^\d]/g, '')
    .replaceAll(/^0+|0+$/g, '');
}

/** Beyond 2^53 digits would be lost. */
export function asWholeNumber(value: FieldValue): number | undefined {
  const number = asNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** In text, since it takes 64 bits: a number is exact up to 2^53 only. */
export function asLongInteger(value: FieldValue): string | undefined {
  const isDigits = typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value.trim());
  if (!isDigits) return asWholeNumber(value)?.toString();
  const whole = BigInt(value.trim().replace('+', ''));
  return BigInt.asIntN(64, whole) === whole ? whole.toString() : undefined;
}

/** Digits that a phone can be made of: a number has no sign, no fraction, no leading zero. */
export function isPhoneNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
