import type { ContactFields, FieldValue, FoundContact } from '../model/contact.ts';
import { canonicalJson } from '../model/json.ts';
import type { Json } from '../model/json.ts';
import type { MappedField } from '../mapping/mapped.ts';

/** What is remembered of the values sent to a contact and refused by Zoho: field -> HMAC. */
export interface Remembered {
  readonly sent: { readonly [field: string]: string };
  readonly refused: { readonly [field: string]: string };
}

export type HashValue = (field: string, value: FieldValue | null) => string;

/** HMAC of one field's value; the field's name in it keeps equal values of two fields from looking equal. */
export function hashValueBy(hmac: (text: string) => string): HashValue {
  return (field, value) => hmac(`${field}\n${canonicalJson(value satisfies Json)}`);
}

type Fields = ReadonlyMap<string, MappedField>;

/** Every field with a value: what a new contact is made of. */
export function fieldsToCreate(fields: Fields): { [field: string]: FieldValue } {
  const values: { [field: string]: FieldValue } = {};
  for (const [name, field] of fields) if (field.value !== null) values[name] = field.value;
  return values;
}

/**
 * The fields of a linked contact that differ from what was last sent (rule 18). A field in doubt counts as changed: a
 * call that was never answered may have written something else.
 */
export function fieldsChangedSince(
  fields: Fields,
  remembered: Remembered,
  inDoubt: ReadonlySet<string>,
  hash: HashValue,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  for (const [name, field] of fields) {
    if (field.write === 'on-create' || field.madeUp) continue;
    const digest = hash(name, field.value);
    if (remembered.refused[name] === digest) continue;
    const once = remembered.sent[name] !== undefined || inDoubt.has(name);
    if (field.value === null && !(field.clear && once)) continue;
    if (remembered.sent[name] === digest && !inDoubt.has(name)) continue;
    changed[name] = field.value;
  }
  return changed;
}

/**
 * The fields to write to a contact that was found, not linked: those that differ from what Zoho has, and those in
 * doubt. `fill` writes into empty fields only (rule 17). Nothing is cleared: we never sent anything there.
 */
export function fieldsToAdopt(
  fields: Fields,
  found: FoundContact,
  policy: 'overwrite' | 'fill',
  refused: Remembered['refused'],
  inDoubt: ReadonlySet<string>,
  hash: HashValue,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  for (const [name, field] of fields) {
    if (field.write === 'on-create' || field.madeUp) continue;
    if (refused[name] === hash(name, field.value)) continue;
    if (field.value === null) {
      if (field.clear && inDoubt.has(name)) changed[name] = null;
      continue;
    }
    const has = found.fields[name];
    const empty = has === undefined || has === null || has === '';
    const differs = empty || canonicalJson(toJson(has)) !== canonicalJson(field.value satisfies Json);
    if (inDoubt.has(name) || (policy === 'fill' ? empty : differs)) changed[name] = field.value;
  }
  return changed;
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

/** What is remembered as sent once these fields were written, or left because Zoho has them already. */
export function rememberSent(
  fields: Fields,
  before: Remembered['sent'],
  written: ContactFields,
  adopted: boolean,
  hash: HashValue,
): { [field: string]: string } {
  const sent: { [field: string]: string } = {};
  for (const [name, field] of fields) {
    if (field.write === 'on-create' || field.madeUp) continue;
    const value = written[name];
    if (value !== undefined) sent[name] = hash(name, value);
    // A field of an adopted contact that we left as it was: from here on only a change in Ory overwrites it.
    else if (adopted && field.value !== null) sent[name] = hash(name, field.value);
    else if (before[name] !== undefined) sent[name] = before[name];
  }
  return sent;
}
