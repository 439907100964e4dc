import type { ContactFields, FieldList, FieldValue, FoundContact } from '../../model/contact.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { EXPIRED, lastSent } from '../../model/sent-field.ts';
import { keepsValues } from '../../model/policy.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import { hasValue, isEmptyValue, possiblySent } from './same-value.ts';
import { isForCreateOnly, mayReplace } from './write-rules.ts';

/** What is remembered about the fields of a contact: field -> HMAC. */
export interface Remembered {
  /** HMACs of the values last sent. */
  readonly sent: { readonly [field: string]: string };
  /** HMACs of values that Zoho refused. */
  readonly refused: { readonly [field: string]: string };
  /** HMACs of Ory's values when `adopt: fill` left the fields alone. Omitted if there are none. */
  readonly kept?: { readonly [field: string]: string };
  /** Ory's data has not changed since then, so only the mapping can have changed a value. */
  readonly sameContent?: boolean;
  /** Another mapping made them, so a value may differ for that reason alone. */
  readonly otherMapping?: boolean;
  /** HMACs of values that unanswered calls may have written into a contact that was not ours yet. */
  readonly maybeSent?: { readonly [field: string]: readonly string[] };
}

type HashValue = (field: string, value: FieldValue | null) => string;

/** HMACs of field values. The ledger stores these instead of the values. */
export interface FieldHashes {
  /** For a sent value. */
  readonly sent: HashValue;
  /** For a refused value. It depends on the mapping and the field's metadata, too (rule 18). */
  readonly refused: HashValue;
}

/** The field's name is hashed too, so that equal values of two fields have different hashes. */
export function fieldHashes(
  hmac: (text: string) => string,
  mappingHash: string,
  fields: FieldList,
): FieldHashes {
  const text = (field: string, value: FieldValue | null) =>
    `${field}\n${canonicalJson(value satisfies Json)}`;
  return {
    sent: (field, value) => hmac(text(field, value)),
    refused: (field, value) =>
      hmac(`refused\n${mappingHash}\n${JSON.stringify(fields.get(field))}\n${text(field, value)}`),
  };
}

type Fields = ReadonlyMap<string, MappedField>;

/** Every field with a value, for a new contact. */
export function fieldsToCreate(fields: Fields): { [field: string]: FieldValue } {
  const values: { [field: string]: FieldValue } = {};
  for (const [name, field] of fields) if (field.value !== null) values[name] = field.value;
  return values;
}

/** What is known about a linked contact. */
export interface WrittenBefore {
  readonly remembered: Remembered;
  readonly inDoubt: ReadonlySet<string>;
  /** Fields that are written only on creation may be missing. */
  readonly made: boolean;
}

/**
 * The fields of a linked contact that differ from what was last sent (rule 18). A field in doubt counts as
 * changed, because an unanswered call may have written another value.
 */
export function fieldsChangedSince(
  fields: Fields,
  { remembered, inDoubt, made }: WrittenBefore,
  hash: FieldHashes,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  for (const [name, field] of fields) {
    if ((isForCreateOnly(field) && !made) || isRefused(name, field, remembered, hash)) continue;
    if (isKept(name, field, remembered, hash) && !inDoubt.has(name)) continue;
    const once = remembered.sent[name] !== undefined || inDoubt.has(name);
    if (field.value === null && !(field.clear && once)) continue;
    if (remembered.sent[name] === hash.sent(name, field.value) && !inDoubt.has(name)) continue;
    changed[name] = field.value;
  }
  return changed;
}

/**
 * The fields in which the contact in Zoho differs, and those in doubt. `fill` writes only into empty fields
 * (rule 17). A field is cleared only if it was sent before.
 */
export function fieldsThatDiffer(
  fields: Fields,
  contact: FoundContact,
  policy: AdoptPolicy,
  remembered: Remembered,
  inDoubt: ReadonlySet<string>,
  hash: FieldHashes,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  for (const [name, field] of fields) {
    if (isForCreateOnly(field) || isRefused(name, field, remembered, hash)) continue;
    if (isKept(name, field, remembered, hash) && !inDoubt.has(name)) continue;
    // Undefined means that this field could not be read. It may have a value, so `fill` leaves it alone.
    const has = contact.fields[name];
    const once = remembered.sent[name] !== undefined || inDoubt.has(name);
    if (field.value === null && !(field.clear && once)) continue;
    const differs = has === undefined || !hasValue(has, field.value);
    const wanted = differs && mayReplace(policy, has);
    const isOurs = !keepsValues(policy) || !isTyped(name, has, remembered, hash);
    if (inDoubt.has(name) ? isOurs : wanted) changed[name] = field.value;
  }
  return changed;
}

/** The field is in doubt, but has none of the values that may have been sent, so a salesperson changed it. */
function isTyped(name: string, has: unknown, { maybeSent }: Remembered, hash: FieldHashes): boolean {
  const hashes = maybeSent?.[name];
  return hashes !== undefined && has !== undefined && !isEmptyValue(has) && !isOneOf(name, has, hashes, hash);
}

/** Whether a field has one of the values with these HMACs. `has` is the value in Zoho's answer. */
export function isOneOf(
  name: string,
  has: unknown,
  hashes: readonly string[],
  hash: Pick<FieldHashes, 'sent'>,
): boolean {
  return possiblySent(has).some((value) => hashes.includes(hash.sent(name, value)));
}

export function isRefused(
  name: string,
  field: MappedField,
  { refused }: Remembered,
  hash: FieldHashes,
): boolean {
  return refused[name] !== undefined && refused[name] === hash.refused(name, field.value);
}

/** `adopt: fill` left the field alone, and Ory's value has not changed since. */
export function isKept(
  name: string,
  field: MappedField,
  { kept = {} }: Remembered,
  hash: FieldHashes,
): boolean {
  return kept[name] !== undefined && kept[name] === hash.sent(name, field.value);
}

/**
 * What is remembered as sent after these fields were written. A mapped field without a value, or with a
 * refused one, keeps its earlier hash. Unmapped fields are forgotten (rule 18).
 * @param before the same for this contact before the delivery
 * @param seen whether the other fields already have the right values in Zoho
 */
export function rememberSent(
  mapped: readonly string[],
  fields: Fields,
  before: Remembered['sent'],
  written: ContactFields,
  seen: boolean,
  hash: FieldHashes,
): { [field: string]: string } {
  const sent: { [field: string]: string } = {};
  for (const name of mapped) if (before[name] !== undefined) sent[name] = before[name];
  for (const [name, field] of fields) {
    const value = written[name];
    // Includes fields that are written only once, so that an heir recognizes them (rule 21).
    if (value !== undefined) sent[name] = hash.sent(name, value);
    else if (isForCreateOnly(field)) continue;
    else if (seen && field.value !== null) sent[name] = hash.sent(name, field.value);
  }
  return sent;
}

/**
 * What is remembered about an excluded identity's contact (rule 23): the fields that `otherwise` sets. All
 * others are only known as sent, so each is sent or cleared when the identity returns.
 */
export function rememberExcluded(
  mapped: readonly string[],
  fields: Fields,
  before: Remembered['sent'],
  written: ContactFields,
  hash: FieldHashes,
): { [field: string]: string } {
  const sent = rememberSent(mapped, fields, before, written, false, hash);
  for (const [name, last] of Object.entries(sent)) {
    if (!fields.has(name)) sent[name] = `${EXPIRED}${lastSent(last)}`;
  }
  return sent;
}
