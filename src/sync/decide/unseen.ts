/** Whether a look-up has shown the contact of an identity. Pure. */
import type { FoundContact } from '../../model/contact.ts';
import { carriesId } from './match.ts';

/** An identity, and everything that it was looked up by. */
export interface Looking {
  readonly identityId: string;
  /** The linked contact; null if there is none. */
  readonly contactId: string | null;
  /** Contact ids, emails and the identity's id, as they were given. */
  readonly keys: readonly string[];
}

/**
 * Zoho refused to look for one of the identity's keys, so that it may have a contact that was not found. A
 * contact that is linked to it, or that carries its id, comes first (rule 16): then the other keys do not
 * matter.
 */
export function isUnseen(
  { identityId, contactId, keys }: Looking,
  {
    contacts,
    refused,
  }: { readonly contacts: readonly FoundContact[]; readonly refused: ReadonlySet<string> },
  oryIdField: string | null,
): boolean {
  if (!keys.some((key) => refused.has(key))) return false;
  return !contacts.some((one) => one.id === contactId || carriesId({ identityId }, one, oryIdField));
}
