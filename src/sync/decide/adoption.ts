/**
 * What `adopt: fill` promises of a contact that we did not make: its empty fields only, in every delivery and not just in
 * the first (rule 17). Pure.
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

/** Where a linked contact came from; null: it was linked before this was remembered. */
export type Origin = 'made' | 'found' | null;

/** Whether `adopt: fill` holds for a linked contact: we did not make it, or do not know, and no person insists. */
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
 * Whether an identity without a link may go to Zoho only once its contact has been looked for: an upsert writes to whatever
 * it matches, and keeps no promise about a contact that was there before.
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
 * Whether an identity takes over no contact that we did not make: anyone may sign up with the email of a customer, and only a
 * verified email shows that it is theirs. An email that Ory does not verify at all is outside of this.
 */
export function keepsOff(
  { emailState }: { readonly emailState: EmailState },
  { adoptUnverified }: { readonly adoptUnverified: boolean },
): boolean {
  return !adoptUnverified && (emailState === 'unverified' || emailState === 'unknown');
}

/** What is known of a linked identity when its fields are chosen. */
export interface LinkedFields {
  readonly fields: Fields;
  readonly remembered: Remembered;
  readonly inDoubt: ReadonlySet<string>;
  /** `adopt: fill` holds for this contact. */
  readonly fills: boolean;
  /** Written whatever the policy: it is what marks the contact as ours. */
  readonly oryIdField?: string | null;
  readonly origin?: Origin;
  /** We made it, and what is written on creation only may be missing. */
  readonly made: boolean;
  /** Compare with the contact in Zoho, not with hashes (rule 4). */
  readonly compare: boolean;
}

/**
 * Fields with a value that the mapping alone has changed: one that it came to later, or one that was left alone and is
 * mapped otherwise now. And fields that the adoption itself may have written, if Zoho got it. Under `fill` only a look at the
 * contact tells whether they may be written.
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
 * Whether a value that differs from the one remembered may come from the mapping alone. Where Ory's data has changed too nobody
 * can tell which of both it was: the salesperson's field stays.
 */
function isMappedOtherwise({ sameContent = false, otherMapping = false }: Remembered): boolean {
  return sameContent || otherMapping;
}

/** Whether the linked contact has to be looked at before its fields can be chosen. */
export function mustSee(linked: LinkedFields, hash: FieldHashes): boolean {
  return linked.compare || unseenFields(linked, hash).size > 0;
}

/**
 * The fields that are written to a linked contact.
 * @param seen the contact as Zoho has it; without fields where nobody may look
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

/** Linked before it was remembered what `fill` left alone, which then counted as sent. */
function isFromBefore({ fills: filling, origin = null }: LinkedFields): boolean {
  return filling && origin === null;
}

/** What Ory has not changed since may be a salesperson's: it is left alone. */
function withSentAsKept({ fields, remembered }: LinkedFields, hash: FieldHashes): Remembered {
  const same = Object.entries(remembered.sent).filter(([name, sent]) => {
    const field = fields.get(name);
    return field !== undefined && sent === hash.sent(name, field.value);
  });
  return { ...remembered, kept: { ...Object.fromEntries(same), ...remembered.kept } };
}

/** What a delivery has left behind, for the ledger. */
export interface JustDelivered {
  /** Names of all mapped fields. */
  readonly mapped: readonly string[];
  /** The identity's fields, without those Zoho refused. */
  readonly fields: Fields;
  /** What was remembered of the same contact before. */
  readonly before: Remembered;
  readonly written: ContactFields;
  /** The contact as it was looked at, where `fill` holds for it; else undefined. */
  readonly contact: FoundContact | undefined;
}

/**
 * The fields that `fill` left as they were: field -> HMAC of Ory's value at this time. One that is written is Ory's from
 * then on. Where Ory has no value that counts too, so that a value that comes later is a change, and is written.
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
    // Without a value in Ory the old one counts: that it is back is no change of the salesperson's field.
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
