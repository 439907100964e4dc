/**
 * Numbers and booleans from the values of a mapping, without changing a digit. Undefined if that is not
 * possible.
 */
import type { FieldValue } from '../../model/contact.ts';

/** The boolean, also from a word. Undefined if it is not a boolean. */
export function asBoolean(value: FieldValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return word === 'true' || (word === 'false' ? false : undefined);
}

/** A number of 64 bits holds at least this many digits of any decimal text (IEEE 754). */
const SAFE_DIGITS = 15;
/** Longer than any number that fits. */
const TEXT_AT_MOST = 400;

/** Undefined also if a number cannot hold the digits of the text, because they would be changed. */
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

/** Digits would be lost beyond 2^53. */
export function asWholeNumber(value: FieldValue): number | undefined {
  const number = asNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** As text, because it has up to 64 bits, and a number is exact only up to 2^53. */
export function asLongInteger(value: FieldValue): string | undefined {
  const isDigits = typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value.trim());
  if (!isDigits) return asWholeNumber(value)?.toString();
  const whole = BigInt(value.trim().replace('+', ''));
  return BigInt.asIntN(64, whole) === whole ? whole.toString() : undefined;
}

/** Digits that may be a phone number. A number with a sign or a fraction is not one. */
export function isPhoneNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
