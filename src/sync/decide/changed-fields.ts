import type { ContactFields, FieldList, FieldValue, FoundContact } from '../../model/contact.ts';
import { canonicalJson } from '../../model/json.ts';
import type { Json } from '../../model/json.ts';
import { EXPIRED, lastSent } from '../../model/sent-field.ts';
import { keepsValues } from '../../model/policy.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import { hasValue, isEmptyValue, possiblySent } from './same-value.ts';
import { isForCreateOnly, mayReplace } from './write-rules.ts';

/** What is remembered of the fields of a contact: field -> HMAC. */
export interface Remembered {
  /** Of the value last sent. */
  readonly sent: { readonly [field: string]: string };
  /** Of a value that Zoho refused. */
  readonly refused: { readonly [field: string]: string };
  /** Of Ory's value when `adopt: fill` left the field as it was; left out: of none. */
  readonly kept?: { readonly [field: string]: string };
  /** Ory's data is what it was when these were remembered: only the mapping can have changed a value. */
  readonly sameContent?: boolean;
  /** Another mapping made them: a value may differ for that reason alone. */
  readonly otherMapping?: boolean;
  /** Of values that calls without an answer may have written into a contact that was not ours yet. */
  readonly maybeSent?: { readonly [field: string]: readonly string[] };
}

type HashValue = (field: string, value: FieldValue | null) => string;

/** HMACs of field values: what the ledger keeps instead of the values. */
export interface FieldHashes {
  /** Of a value sent. */
  readonly sent: HashValue;
  /** Of a value refused: another one when the mapping or the field's metadata changes, so that it is tried again (rule 18). */
  readonly refused: HashValue;
}

/** The field's name is hashed too: equal values of two fields must not look equal. */
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

/** Every field with a value: what a new contact is made of. */
export function fieldsToCreate(fields: Fields): { [field: string]: FieldValue } {
  const values: { [field: string]: FieldValue } = {};
  for (const [name, field] of fields) if (field.value !== null) values[name] = field.value;
  return values;
}

/** What is known of a linked contact: what was sent, and what calls without an answer may have written. */
export interface WrittenBefore {
  readonly remembered: Remembered;
  readonly inDoubt: ReadonlySet<string>;
  /** We made it, and what is written on creation only may be missing. */
  readonly made: boolean;
}

/**
 * The fields of a linked contact that differ from what was last sent (rule 18). A field in doubt counts as changed: a
 * call that was never answered may have written something else.
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
 * The fields in which a contact differs from the identity, by what Zoho has, and those in doubt. `fill` writes into
 * empty fields only (rule 17). Cleared is only what was sent to this contact before.
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
    // Undefined: this field could not be read. It may hold something, so `fill` keeps off.
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

/** The field is in doubt, but holds none of the values that we may have sent: a salesperson was there meanwhile. */
function isTyped(name: string, has: unknown, { maybeSent }: Remembered, hash: FieldHashes): boolean {
  const hashes = maybeSent?.[name];
  return hashes !== undefined && has !== undefined && !isEmptyValue(has) && !isOneOf(name, has, hashes, hash);
}

/** Whether a field shows one of the values with these HMACs. @param has what Zoho answered */
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

/** `adopt: fill` left the field as it was, and Ory's value has not changed since: it belongs to the salesperson. */
export function isKept(
  name: string,
  field: MappedField,
  { kept = {} }: Remembered,
  hash: FieldHashes,
): boolean {
  return kept[name] !== undefined && kept[name] === hash.sent(name, field.value);
}

/**
 * What is remembered as sent once these fields were written. A mapped field that this identity said nothing about, or
 * that Zoho refused, keeps what it had; one that is mapped no more is forgotten (rule 18).
 * @param before of the same contact
 * @param seen fields not written are in Zoho as they are to be: from here on only a change in Ory overwrites them
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
    // Of what is written once too: who takes the contact over must know it again (rule 21).
    if (value !== undefined) sent[name] = hash.sent(name, value);
    else if (isForCreateOnly(field)) continue;
    else if (seen && field.value !== null) sent[name] = hash.sent(name, field.value);
  }
  return sent;
}

/**
 * What is remembered of a contact whose identity is excluded (rule 23): the fields that `otherwise` sets. Of all others only
 * that they were sent once, so that the identity's return sends, or clears, each of them.
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
