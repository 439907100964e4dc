import type { FieldMeta, FieldValue } from '../../model/contact.ts';
import { isJsonObject } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { hasInexact } from './inexact.ts';
import { isNoValue } from '../value/no-value.ts';
import { cleanAddress, cleanLine, cleanPhone, cleanText, cutText } from '../value/plain-text.ts';
import { asBoolean, asLongInteger, asNumber, asWholeNumber, isPhoneNumber } from '../value/plain-number.ts';
import { zohoDate, zohoDateTime } from './zoho-time.ts';

/**
 * A value in the form that the field takes (null if there is no value), or the reason why it does not fit.
 * The reason repeats no value.
 */
export type Fit =
  | { readonly value: FieldValue | null; readonly cutFrom?: number }
  | { readonly problem: string };

type Fitter = (value: FieldValue, length: number | undefined) => Fit;

const asIs: Fitter = (value) => ({ value });
const number: Fitter = (value) => fitOr('a number', asNumber(value));
const lookup: Fitter = (value) => fitOr('the id of the other record as text', asLookup(value));
/** Not cut, because that would make another address or number. Zoho refuses it if it is too long. */
const address: Fitter = (value) => fitLine(asText(value), cleanAddress);
const phone: Fitter = (value) =>
  typeof value === 'string' || isPhoneNumber(value)
    ? fitLine(String(value), cleanPhone)
    : fitOr('a phone number', undefined);

/** By Zoho's `data_type` (Zoho CRM API, Fields Metadata; the forms are in Insert Records). */
const FITTERS: ReadonlyMap<string, Fitter> = new Map([
  ['text', (value, length) => fitText(value, length, cleanLine)],
  ['textarea', (value, length) => fitText(value, length, cleanText)],
  ['picklist', fitChoice],
  ['multiselectpicklist', fitTexts],
  ['email', address],
  ['phone', phone],
  ['website', address],
  ['boolean', (value) => fitOr('true or false', asBoolean(value))],
  ['integer', (value) => fitOr('a whole number', asWholeNumber(value))],
  ['bigint', (value) => fitOr('a whole number', asLongInteger(value))],
  ['double', number],
  ['currency', number],
  ['percent', number],
  ['date', (value) => fitOr('a date (yyyy-MM-dd, or milliseconds since 1970)', asTime(value, zohoDate))],
  [
    'datetime',
    (value) => fitOr('a time (RFC 3339, or milliseconds since 1970)', asTime(value, zohoDateTime)),
  ],
  ['lookup', lookup],
  ['ownerlookup', lookup],
  ['userlookup', lookup],
  ['layout', lookup],
] satisfies [string, Fitter][]);

/**
 * Fits a value to a Zoho field.
 * - A value that counts as none (`no-value.ts`) becomes null for every field.
 * - Text: numbers and booleans become text. It is cleaned (`plain-text.ts`), and cut if it is longer than the
 *   field.
 *   Only a text area keeps line breaks and control characters.
 * - Email, phone and website lose control characters and the invisible characters around them. Nothing else
 *   in
 *   them is changed.
 * - Dates and times get Zoho's form. Booleans become true or false, and numbers become numbers, also from
 *   text.
 * - A whole number beyond 2^53 fits no field, because JavaScript has lost its last digits. As text it fits a
 *   long
 *   integer.
 * - A choice is never cut. A multi-select takes a list of texts, or one text.
 * - A lookup takes the id of the other record as text, or an object.
 * - An unknown field, or one of a type not named here, gets the value unchanged, but without the nulls
 *   inside.
 */
export function fitToField(value: Json | undefined, meta: FieldMeta | undefined): Fit {
  const given = withoutNulls(value ?? null);
  if (given === null || isNoValue(given)) return { value: null };
  if (hasInexact(given))
    return { problem: 'It is a whole number beyond 2^53, whose last digits may be lost.' };
  const fit = FITTERS.get(meta?.dataType ?? '') ?? asIs;
  return fit(given, meta?.length);
}

function fitOr(wanted: string, value: FieldValue | undefined): Fit {
  return value === undefined
    ? { problem: `The field takes ${wanted}, but the mapping gives something else.` }
    : { value };
}

function fitText(value: FieldValue, length: number | undefined, clean: (text: string) => string): Fit {
  const text = asText(value);
  if (text === undefined) return fitOr('text', undefined);
  const cleaned = clean(text);
  if (!length || cleaned.length <= length) return { value: cleaned || null };
  return { value: cutText(cleaned, length) || null, cutFrom: text.length };
}

function fitLine(text: string | undefined, clean: (text: string) => string): Fit {
  return text === undefined ? fitOr('text', undefined) : { value: clean(text) || null };
}

function asText(value: FieldValue): string | undefined {
  return typeof value === 'object' ? undefined : String(value);
}

/** Not cut, because half a choice is another choice. */
function fitChoice(value: FieldValue, length: number | undefined): Fit {
  const fit = fitLine(asText(value), cleanLine);
  const isLong = 'value' in fit && typeof fit.value === 'string' && !!length && fit.value.length > length;
  return isLong ? fitOr(`a choice of at most ${length} characters`, undefined) : fit;
}

function fitTexts(value: FieldValue): Fit {
  const texts = (isList(value) ? value : [value]).map(asText);
  if (!texts.every((text) => text !== undefined)) return fitOr('a list of texts', undefined);
  const chosen = texts.map(cleanLine).filter((text) => text !== '');
  return { value: chosen.length === 0 ? null : chosen };
}

/** Not a number, because Zoho ids exceed 2^53. */
function asLookup(value: FieldValue): FieldValue | undefined {
  if (typeof value === 'string') return /^\d+$/.test(value.trim()) ? { id: value.trim() } : undefined;
  return isJsonObject(value) ? value : undefined;
}

function asTime(
  value: FieldValue,
  inZoho: (value: string | number) => string | undefined,
): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? inZoho(value) : undefined;
}

function withoutNulls(value: Json): FieldValue | null {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(withoutNulls).filter((item) => item !== null);
  const entries: [string, FieldValue][] = [];
  for (const [key, inner] of Object.entries<Json>(value)) {
    const kept = withoutNulls(inner);
    if (kept !== null) entries.push([key, kept]);
  }
  return Object.fromEntries(entries);
}

/** Array.isArray does not distinguish a readonly array from an object. */
function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}
