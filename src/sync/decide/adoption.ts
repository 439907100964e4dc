/**
 * The promise of `adopt: fill` for a contact that we did not make: only its empty fields are written, in
 * every delivery and not just in the first (rule 17). Pure.
 */
import type { EmailState } from '../../mapping/derived/email-state.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import type { ContactFields, FoundContact } from '../../model/contact.ts';
import { keepsValues } from '../../model/policy.ts';
import type { AdoptPolicy } from '../../model/policy.ts';
import { fieldsChangedSince, fieldsThatDiffer, isKept, isRefused } from './changed-fields.ts';
import type { FieldHashes, Remembered } from './changed-fields.ts';
import { hasValue } from './same-value.ts';
import { isForCreateOnly } from './write-rules.ts';

type Fields = ReadonlyMap<string, MappedField>;

/** Where a linked contact came from. Null if it was linked before this was stored. */
export type Origin = 'made' | 'found' | null;

/**
 * Whether `adopt: fill` applies to a linked contact: we did not make it or do not know, and no person
 * insists.
 */
export function fills(
  {
    origin = null,
    insists = false,
  }: { readonly origin?: Origin | undefined; readonly insists?: boolean | undefined },
  { adopt }: { readonly adopt: AdoptPolicy },
): boolean {
  return keepsValues(adopt) && origin !== 'made' && !insists;
}

/**
 * Whether the contact of an identity without a link must be looked up before a write. An upsert writes to
 * whatever it matches, and keeps no promise about an existing contact.
 */
export function mustLookFirst(
  {
    insists = false,
    emailState,
  }: { readonly insists?: boolean | undefined; readonly emailState: EmailState },
  { adopt, adoptUnverified }: { readonly adopt: AdoptPolicy; readonly adoptUnverified: boolean },
): boolean {
  return (keepsValues(adopt) && !insists) || keepsOff({ emailState }, { adoptUnverified });
}

/**
 * Whether an identity may not take over a contact that we did not make. Anyone may sign up with the email of
 * a customer, and only a verified email shows that it is theirs. Emails that Ory does not verify at all are
 * exempt.
 */
export function keepsOff(
  { emailState }: { readonly emailState: EmailState },
  { adoptUnverified }: { readonly adoptUnverified: boolean },
): boolean {
  return !adoptUnverified && (emailState === 'unverified' || emailState === 'unknown');
}

/** What is known about a linked identity when its fields are chosen. */
export interface LinkedFields {
  readonly fields: Fields;
  readonly remembered: Remembered;
  readonly inDoubt: ReadonlySet<string>;
  /** Whether `adopt: fill` applies to this contact. */
  readonly fills: boolean;
  /** Written under every policy, because it marks the contact as ours. */
  readonly oryIdField?: string | null;
  readonly origin?: Origin;
  /** We made the contact, and fields that are written only on creation may be missing. */
  readonly made: boolean;
  /** Compare with the contact in Zoho instead of with hashes (rule 4). */
  readonly compare: boolean;
}

/**
 * Fields whose value only the mapping has changed: it added them later, or maps a kept field differently now.
 * Also fields that the adoption itself may have written, if Zoho received it. Under `fill`, only a look at
 * the contact shows whether they may be written.
 */
function unseenFields(linked: LinkedFields, hash: FieldHashes): Fields {
  const { fields, remembered, inDoubt, fills, oryIdField } = linked;
  if (!fills) return new Map();
  const { sent, kept = {}, maybeSent = {} } = remembered;
  const isUnseen = (name: string, field: MappedField) =>
    kept[name] === undefined
      ? sent[name] === undefined
      : isMappedOtherwise(remembered) && !isKept(name, field, remembered, hash);
  return new Map(
    [...fields].filter(
      ([name, field]) =>
        (field.value !== null || maybeSent[name] !== undefined) &&
        name !== oryIdField &&
        isUnseen(name, field) &&
        (!inDoubt.has(name) || maybeSent[name] !== undefined) &&
        !isForCreateOnly(field) &&
        !isRefused(name, field, remembered, hash),
    ),
  );
}

/**
 * Whether a value that differs from the remembered one may come from the mapping alone. If Ory's data has
 * changed too, the cause is unknown, and the salesperson's field stays.
 */
function isMappedOtherwise({ sameContent = false, otherMapping = false }: Remembered): boolean {
  return sameContent || otherMapping;
}

/** Whether the linked contact must be looked up before its fields can be chosen. */
export function mustSee(linked: LinkedFields, hash: FieldHashes): boolean {
  return linked.compare || unseenFields(linked, hash).size > 0;
}

/**
 * The fields that are written to a linked contact.
 * @param seen the contact as it is in Zoho; without fields if lookups are not allowed
 */
export function fieldsOfLinked(linked: LinkedFields, seen: FoundContact, hash: FieldHashes): ContactFields {
  const { fields, inDoubt, compare, made } = linked;
  const remembered = isFromBefore(linked) ? withSentAsKept(linked, hash) : linked.remembered;
  const unseen = unseenFields(linked, hash);
  const known = new Map([...fields].filter(([name]) => !unseen.has(name)));
  return {
    ...(compare
      ? fieldsThatDiffer(known, seen, 'overwrite', remembered, inDoubt, hash)
      : fieldsChangedSince(known, { remembered, inDoubt, made }, hash)),
    ...fieldsThatDiffer(unseen, seen, 'fill', remembered, inDoubt, hash),
  };
}

/** Linked before kept fields were stored separately. They counted as sent then. */
function isFromBefore({ fills: filling, origin = null }: LinkedFields): boolean {
  return filling && origin === null;
}

/** A field that has not changed in Ory may be a salesperson's, so it is left alone. */
function withSentAsKept({ fields, remembered }: LinkedFields, hash: FieldHashes): Remembered {
  const same = Object.entries(remembered.sent).filter(([name, sent]) => {
    const field = fields.get(name);
    return field !== undefined && sent === hash.sent(name, field.value);
  });
  return { ...remembered, kept: { ...Object.fromEntries(same), ...remembered.kept } };
}

/** The result of a delivery, for the ledger. */
export interface JustDelivered {
  /** The names of all mapped fields. */
  readonly mapped: readonly string[];
  /** The identity's fields, without those that Zoho refused. */
  readonly fields: Fields;
  /** What was remembered about the same contact before. */
  readonly before: Remembered;
  readonly written: ContactFields;
  /** The contact at the lookup, if `fill` applies to it. Otherwise undefined. */
  readonly contact: FoundContact | undefined;
}

/**
 * The fields that `fill` left alone: field -> HMAC of Ory's value at that time. A field that we write is not
 * kept any more. A field without a value in Ory is remembered too, so a later value counts as a change and is
 * written.
 */
export function rememberKept(
  { mapped, fields, before, written, contact }: JustDelivered,
  hash: FieldHashes,
): { [field: string]: string } {
  const kept: { [field: string]: string } = {};
  for (const name of mapped) {
    const known = before.kept?.[name];
    if (known === undefined || written[name] !== undefined) continue;
    const value = fields.get(name)?.value ?? null;
    // Without a value in Ory, the old one counts. If it comes back, that is no change to the salesperson's
    // field.
    kept[name] = value !== null && isMappedOtherwise(before) ? hash.sent(name, value) : known;
  }
  if (contact === undefined) return kept;
  for (const [name, field] of fields) {
    const settled = [written[name], before.sent[name], before.kept?.[name]].some((one) => one !== undefined);
    if (settled || isForCreateOnly(field)) continue;
    const has = contact.fields[name];
    const agreed = field.value !== null && has !== undefined && hasValue(has, field.value);
    if (!agreed) kept[name] = hash.sent(name, field.value);
  }
  return kept;
}
