import type { Mark } from '../outbox/row.ts';

/**
 * The key that holds a contact until its identity is known. The key of an email is the email itself, trimmed
 * and lower-cased.
 */
export function contactKey(contactId: string): string {
  return `contact:${contactId}`;
}

/**
 * What calls in doubt hold: the keys of emails they sent, and of contacts they were about to adopt (rule 11).
 */
export function keysInDoubt(marks: readonly Mark[]): string[] {
  const keys = marks.flatMap(({ key, contact }) => [
    ...(key === null ? [] : [key]),
    ...(contact === undefined ? [] : [contactKey(contact)]),
  ]);
  return [...new Set(keys)];
}

/** A key and the identity that holds it or is about to hold it. */
export interface IdentityKey {
  readonly identityId: string;
  readonly key: string;
}

/** The keys that this identity's calls in doubt hold. */
export function doubtsOf(identityId: string, marks: readonly Mark[]): IdentityKey[] {
  return keysInDoubt(marks).map((key) => ({ identityId, key }));
}
