/**
 * The fields of a contact that another identity gave up: its user signed up again, or a person decided so
 * (rule 21). No data of the other identity may stay, and nothing that a person typed may be lost. Pure.
 */
import type { MappedField } from '../../mapping/mapped.ts';
import type { ContactFields, FieldValue, FoundContact } from '../../model/contact.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import { isSentInDoubt, lastSent } from '../../model/sent-field.ts';
import { isOneOf, isRefused } from './changed-fields.ts';
import type { FieldHashes, Remembered } from './changed-fields.ts';
import { isForCreateOnly, mayReplace } from './write-rules.ts';
import { hasValue } from './same-value.ts';

/** What is known about the contact from the identity that gave it up. */
export interface Inherited {
  readonly contactId: string;
  /** Field -> HMAC of the value that was last sent for that identity. */
  readonly sent: { readonly [field: string]: string };
  /** The tags that we have put on it. */
  readonly tags: readonly string[];
  /** Whether we made the contact. */
  readonly origin: 'made' | 'found' | null;
}

/** The identity that takes over the contact. */
export interface Heir {
  readonly fields: ReadonlyMap<string, MappedField>;
  readonly remembered: Remembered;
  /** Fields that an unanswered call may have written for it. */
  readonly inDoubt: ReadonlySet<string>;
  readonly policy: AdoptPolicy;
  /** The fields that the mapping makes for an identity, whether or not this one has a value. */
  readonly ownNames: readonly string[];
  /** Fields that must not be empty. */
  readonly mandatory: ReadonlySet<string>;
}

/**
 * The fields to write. A field that still has our last value gets the heir's value or is cleared. A field
 * that a person changed follows `adopt`, and is never cleared.
 */
export function fieldsOfHeir(
  heir: Heir,
  contact: FoundContact,
  inherited: Inherited,
  hash: FieldHashes,
): ContactFields {
  const changed: { [field: string]: FieldValue | null } = {};
  // `otherwise: set` or an older mapping may have written fields that this identity does not have.
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

/** The heir's snapshot does not have the field, but its present value still belongs to the other identity. */
const NOT_TOLD: MappedField = { value: null, write: 'always', clear: true, madeUp: false };

/**
 * Whether the field has the value that we last wrote. A field that could not be read counts as a person's. A
 * field that an unanswered call may have written counts as ours (rule 11).
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

/** @returns undefined if the field stays as it is */
function takenOver(
  name: string,
  { value }: MappedField,
  has: unknown,
  { inDoubt, mandatory }: Heir,
): FieldValue | null | undefined {
  if (value === null && mandatory.has(name)) return undefined;
  return hasValue(has, value) && !inDoubt.has(name) ? undefined : value;
}

/** @returns undefined if the field stays as it is */
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
