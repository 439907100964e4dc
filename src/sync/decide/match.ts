/** Chooses the contact of an identity, and determines its owner: rules 16, 17 and 21. Pure. */
import { emailKey } from '../../mapping/derived/derived.ts';
import type { FoundContact } from '../../model/contact.ts';
import { uuidIn } from '../../model/uuid.ts';

/** What is known about an identity when its contact is chosen. */
export interface MatchFacts {
  readonly identityId: string;
  /** A contact that Zoho named as a duplicate (rule 20). */
  readonly duplicateOf: string | null;
  /** The identity that a found contact is linked to, by contact id. */
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * Rule 16: by the Ory-id field, then the contact that Zoho named, then by email. The oldest id of several.
 */
export function chooseContact(
  known: MatchFacts,
  found: readonly FoundContact[],
  email: string | null,
  oryIdField: string | null,
): FoundContact | undefined {
  const byAge = found.toSorted((left, right) => compareIds(left.id, right.id));
  return (
    byAge.find((contact) => carriesId(known, contact, oryIdField)) ??
    byAge.find((contact) => contact.id === known.duplicateOf) ??
    byAge.find((contact) => email !== null && sameEmail(contact.fields['Email'], email))
  );
}

/** How many contacts have the email of this identity. More than one causes a warning (rule 16). */
export function contactsWithEmail(found: readonly FoundContact[], email: string): number {
  return found.filter((contact) => sameEmail(contact.fields['Email'], email)).length;
}

/** The other identity that the contact belongs to, by our ledger or by the Ory id in it (rule 21). */
export function ownerOf(
  known: Pick<MatchFacts, 'identityId' | 'owners'>,
  contact: FoundContact,
  oryIdField: string | null,
): string | undefined {
  const linked = known.owners.get(contact.id);
  if (linked !== undefined) return linked === known.identityId ? undefined : linked;
  const carried = oryIdField === null ? undefined : contact.fields[oryIdField];
  const id = typeof carried === 'string' ? uuidIn(carried.trim()) : undefined;
  return id === known.identityId ? undefined : id;
}

export function sameEmail(left: unknown, right: string): boolean {
  return typeof left === 'string' && emailKey(left) === emailKey(right);
}

/** Rule 17: whether the contact is ours. Any other contact is adopted. */
export function carriesId(
  known: Pick<MatchFacts, 'identityId'>,
  contact: FoundContact,
  oryIdField: string | null,
): boolean {
  const carried = oryIdField === null ? undefined : contact.fields[oryIdField];
  return typeof carried === 'string' && carried.trim().toLowerCase() === known.identityId;
}

/** Zoho's ids are decimal numbers beyond 2^53, kept as text. */
export function compareIds(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : Number(left > right));
}
