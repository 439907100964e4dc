/**
 * What to do for one identity: rules 16 to 22, pure. It sees the mapped fields, the ledger row and the contacts found
 * (or that nobody looked yet), and returns a plan as data.
 */
import type { ContactFields, FieldValue, FoundContact } from '../model/contact.ts';
import type { Failure } from '../model/outcome.ts';
import type { MappedField } from '../mapping/mapped.ts';
import { fieldsChangedSince, fieldsToAdopt, fieldsToCreate } from './changed-fields.ts';
import type { HashValue, Remembered } from './changed-fields.ts';
import type { Plan } from './plan.ts';

/** What the operator configured, and what Zoho's field list says. */
export interface DecideRules {
  readonly adopt: 'overwrite' | 'fill';
  readonly recreate: boolean;
  readonly oryIdField: string | null;
  /** Fields whose values Zoho keeps unique, by the module's field list. */
  readonly uniqueFields: ReadonlySet<string>;
}

/** A call without an answer: what it may have written (rule 11). */
export interface InDoubt {
  readonly fields: ReadonlySet<string>;
  /** Emails under which a contact may have been created, as sent. */
  readonly keys: readonly string[];
}

export interface DecideInput {
  readonly identityId: string;
  readonly when: boolean | 'unknown';
  /** The mapped fields, without those Zoho refused in this delivery. */
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The link; null = none, or its contact is gone in Zoho. */
  readonly contactId: string | null;
  /** There was a link, and its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
  readonly remembered: Remembered;
  readonly inDoubt: InDoubt;
  /** The contacts found; `no_scope`: looking is not allowed to us; undefined: nobody looked yet. */
  readonly found: readonly FoundContact[] | 'no_scope' | undefined;
  /** A contact Zoho named as the duplicate of ours (rule 20). */
  readonly duplicateOf: string | null;
  /** Which identity a found contact is linked to, by contact id. */
  readonly owners: ReadonlyMap<string, string>;
}

export function decide(input: DecideInput, rules: DecideRules, hash: HashValue): Plan {
  const linked = input.contactId !== null;
  if (input.when === 'unknown') return { do: 'skip', reason: 'needs_full_webhook' };
  if (!input.when) return linked ? { do: 'unchanged', contactId: input.contactId } : { do: 'skip', reason: 'when' };
  if (input.contactId !== null) return decideLinked(input, input.contactId, hash);

  const email = textOf(input.fields.get('Email'));
  if (email === null && rules.oryIdField === null && input.inDoubt.keys.length === 0) {
    return { do: 'skip', reason: 'no_email' };
  }
  if (input.found === undefined) return { do: 'look_up' };
  if (input.found === 'no_scope') return decideUnseen(input, email, rules);

  const match = chooseContact(input, input.found, email, rules);
  if (match !== undefined) return decideFound(input, match, rules, hash);
  if (input.linkGone && !rules.recreate) return { do: 'skip', reason: 'contact_deleted' };
  return insert(fieldsToCreate(input.fields), {}, rules);
}

function decideLinked(input: DecideInput, contactId: string, hash: HashValue): Plan {
  const fields = fieldsChangedSince(input.fields, input.remembered, input.inDoubt.fields, hash);
  if (Object.keys(fields).length === 0) return { do: 'unchanged', contactId };
  return { do: 'update', contactId, fields };
}

function decideFound(input: DecideInput, match: FoundContact, rules: DecideRules, hash: HashValue): Plan {
  const ownerId = ownerOf(input, match, rules);
  if (ownerId !== undefined) return { do: 'ask_owner', ownerId, contactId: match.id };
  const policy = isOurs(input, match, rules) ? 'overwrite' : rules.adopt;
  const { refused } = input.remembered;
  const fields = fieldsToAdopt(input.fields, match, policy, refused, input.inDoubt.fields, hash);
  // The Ory-id field is written on every adoption, whatever the policy: it is what marks the contact as ours.
  const oryId = rules.oryIdField === null ? undefined : input.fields.get(rules.oryIdField)?.value;
  const marked = rules.oryIdField !== null && match.fields[rules.oryIdField] === oryId;
  const withId =
    rules.oryIdField !== null && oryId != null && !marked ? { ...fields, [rules.oryIdField]: oryId } : fields;
  if (Object.keys(withId).length === 0) return { do: 'unchanged', contactId: match.id };
  return { do: 'update', contactId: match.id, fields: withId };
}

/** Rule 16: the Ory-id field, then what an unanswered call may have made, then email; of several the oldest id. */
function chooseContact(
  input: DecideInput,
  found: readonly FoundContact[],
  email: string | null,
  rules: DecideRules,
): FoundContact | undefined {
  const byAge = found.toSorted((left, right) => compareIds(left.id, right.id));
  const { oryIdField } = rules;
  const keys = new Set(input.inDoubt.keys.map(keyOf));
  return (
    byAge.find((contact) => oryIdField !== null && contact.fields[oryIdField] === input.identityId) ??
    byAge.find((contact) => contact.id === input.duplicateOf) ??
    byAge.find((contact) => keys.has(keyOf(contact.fields['Email']))) ??
    byAge.find((contact) => email !== null && keyOf(contact.fields['Email']) === keyOf(email))
  );
}

/** How many contacts have the email of this identity: more than one deserves a warning (rule 16). */
export function contactsWithEmail(found: readonly FoundContact[], email: string): number {
  return found.filter((contact) => keyOf(contact.fields['Email']) === keyOf(email)).length;
}

/** Rule 17. */
function isOurs(input: DecideInput, contact: FoundContact, rules: DecideRules): boolean {
  if (rules.oryIdField !== null && contact.fields[rules.oryIdField] === input.identityId) return true;
  const keys = new Set(input.inDoubt.keys.map(keyOf));
  return keys.has(keyOf(contact.fields['Email']));
}

/** Another identity that the contact belongs to, by our ledger or by the Ory id it carries. */
function ownerOf(input: DecideInput, contact: FoundContact, rules: DecideRules): string | undefined {
  const linked = input.owners.get(contact.id);
  if (linked !== undefined) return linked === input.identityId ? undefined : linked;
  const carried = rules.oryIdField === null ? undefined : contact.fields[rules.oryIdField];
  return typeof carried === 'string' && UUID.test(carried) && carried !== input.identityId ? carried : undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Nobody may look first (no COQL scope): the upsert decides. What belongs to a new contact only follows once its answer
 * says "insert"; an insert in doubt is first repeated under its old key, which yields the contact it may have made.
 */
function decideUnseen(input: DecideInput, email: string | null, rules: DecideRules): Plan {
  const oldKey = input.inDoubt.keys.find((key) => email === null || keyOf(key) !== keyOf(email));
  const onCreate: { [field: string]: FieldValue } = {};
  const always: { [field: string]: FieldValue } = {};
  for (const [name, value] of Object.entries(fieldsToCreate(input.fields))) {
    const target = input.fields.get(name)?.write === 'on-create' ? onCreate : always;
    target[name] = value;
  }
  if (oldKey === undefined) return insert(always, onCreate, rules);
  return insert({ ...always, Email: oldKey }, onCreate, rules, { Email: email });
}

/** Rule 19: an upsert carries no unique field but its keys, since Zoho matches by every unique field in the record. */
function insert(
  values: { [field: string]: FieldValue },
  thenIfCreated: ContactFields,
  rules: DecideRules,
  thenFirst: ContactFields = {},
): Plan {
  const keys = rules.oryIdField === null ? ['Email'] : [rules.oryIdField, 'Email'];
  const entries = Object.entries(values);
  const apart = entries.filter(([name]) => rules.uniqueFields.has(name) && !keys.includes(name));
  const fields = Object.fromEntries(entries.filter((entry) => !apart.includes(entry)));
  return {
    do: 'insert',
    fields,
    matchBy: keys.filter((key) => fields[key] !== undefined),
    then: { ...thenFirst, ...Object.fromEntries(apart) },
    thenIfCreated,
  };
}

/** Zoho's ids are decimal numbers beyond 2^53, kept as text. */
function compareIds(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}

function keyOf(email: unknown): string {
  return typeof email === 'string' ? email.trim().toLowerCase() : '';
}

function textOf(field: MappedField | undefined): string | null {
  return typeof field?.value === 'string' ? field.value : null;
}

/** A refusal of our own making, without an answer of Zoho's. */
export function ownFailure(reason: Failure['reason'], message: string): Failure {
  return { reason, code: null, field: null, message, answer: null };
}
