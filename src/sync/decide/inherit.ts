/**
 * What becomes of the fields of a contact that another identity gave up: deleted and signed up again, or given away by a
 * person (rule 21). Nothing of the other identity is to be left, and nothing that a person typed is to be lost. Pure.
 */
import type { MappedField } from '../../mapping/mapped.ts';
import type { ContactFields, FieldValue, FoundContact } from '../../model/contact.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import { isSentInDoubt, lastSent } from '../../model/sent-field.ts';
import { isOneOf, isRefused } from './changed-fields.ts';
import type { FieldHashes, Remembered } from './changed-fields.ts';
import { isForCreateOnly, mayReplace } from './write-rules.ts';
import { hasValue } from './same-value.ts';

/** What is known of the contact from the identity that gave it up. */
export interface Inherited {
  readonly contactId: string;
  /** Field -> HMAC of the value that was last sent for that identity. */
  readonly sent: { readonly [field: string]: string };
  /** Tags we have put on. */
  readonly tags: readonly string[];
  /** Whether we made the contact. */
  readonly origin: 'made' | 'found' | null;
}

/** The identity that takes the contact over. */
export interface Heir {
  readonly fields: ReadonlyMap<string, MappedField>;
  readonly remembered: Remembered;
  /** Fields that a call without an answer may have written for it. */
  readonly inDoubt: ReadonlySet<string>;
  readonly policy: AdoptPolicy;
  /** The fields that the mapping makes of an identity, whether this one has a value or not. */
  readonly ownNames: readonly string[];
  /** Fields that must not be empty. */
  readonly mandatory: ReadonlySet<string>;
}

/**
 * The fields that are written. One that still holds what we last wrote gets the heir's value, or is cleared; one that a
 * person changed goes by `adopt`, and is never cleared.
 */
export function fieldsOfHeir(
  heir: Heir,
  contact: FoundContact,
  inherited: Inherited,
  hash: FieldHashes,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  // `otherwise: set`, or an older mapping, may have written others than this identity has.
  for (const name of new Set([...heir.ownNames, ...heir.fields.keys(), ...Object.keys(inherited.sent)])) {
    const field = heir.fields.get(name) ?? NOT_TOLD;
    if (isRefused(name, field, heir.remembered, hash)) continue;
    const value = isOurs(name, contact.fields[name], [inherited.sent, heir.remembered.sent], hash)
      ? takenOver(name, field, contact.fields[name], heir)
      : asTyped(name, field, contact.fields[name], heir);
    if (value !== undefined) changed[name] = value;
  }
  return changed;
}

/** The heir's snapshot says nothing of the field: what it holds is the other identity's all the same. */
const NOT_TOLD: MappedField = { value: null, write: 'always', clear: true, madeUp: false };

/**
 * Whether the field holds what we last wrote. One that could not be read may hold anything: that counts as a person's. One
 * that a call without an answer may have written counts as ours, as it does for the identity itself (rule 11).
 */
function isOurs(
  name: string,
  has: unknown,
  sents: readonly Remembered['sent'][],
  hash: FieldHashes,
): boolean {
  if (has === undefined) return false;
  const remembered = sents.flatMap((sent) => sent[name] ?? []);
  if (remembered.some(isSentInDoubt)) return true;
  const last = remembered.map(lastSent);
  return isOneOf(name, has, last, hash);
}

/** @returns undefined: the field stays as it is */
function takenOver(
  name: string,
  { value }: MappedField,
  has: unknown,
  { inDoubt, mandatory }: Heir,
): FieldValue | null | undefined {
  if (value === null && mandatory.has(name)) return undefined;
  return hasValue(has, value) && !inDoubt.has(name) ? undefined : value;
}

/** @returns undefined: the field stays as it is */
function asTyped(
  name: string,
  field: MappedField,
  has: unknown,
  { policy, inDoubt, mandatory }: Heir,
): FieldValue | null | undefined {
  const { value } = field;
  if (inDoubt.has(name)) return value === null && mandatory.has(name) ? undefined : value;
  if (isForCreateOnly(field) || value === null) return undefined;
  const differs = has === undefined || !hasValue(has, value);
  return differs && mayReplace(policy, has) ? value : undefined;
}
