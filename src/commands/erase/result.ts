import type { ExitCode } from '../../errors.ts';
import type { Carried } from './carry-out.ts';
import type { Search, Subject } from './find-subject.ts';

/** What `erase --json` gives, for the files of an audit: ids and times, nothing else of the person. */
export interface EraseResult {
  /** Null: nobody was found. */
  readonly identity_id: string | null;
  /** Contacts in Zoho that were known to be the identity's: deleted, where the state is `erased`. */
  readonly contact_ids: readonly string[];
  /** Contacts with the same email that no identity is linked to; nothing was done to them. */
  readonly unlinked_contact_ids: readonly string[];
  /** Since when nothing of the identity is taken in, RFC 3339, UTC. */
  readonly erased_at: string | null;
  readonly state: 'erased' | 'queued' | 'failed' | 'not_found' | 'lifted';
}

export function resultOf(
  search: Search,
  subject: Subject | undefined,
  state: EraseResult['state'],
  erasedAt: number | null,
): EraseResult {
  return {
    identity_id: subject?.identityId ?? null,
    contact_ids: subject?.contacts.map(({ id }) => id) ?? [],
    unlinked_contact_ids: search.unlinked.map(({ id }) => id),
    erased_at: erasedAt === null ? null : new Date(erasedAt).toISOString(),
    state,
  };
}

/** The result for a person. */
export function resultText({ identity_id, contact_ids, erased_at, state }: EraseResult): string {
  switch (state) {
    case 'erased': {
      const contacts =
        contact_ids.length === 0 ? 'it had no contact in Zoho' : `deleted in Zoho: ${contact_ids.join(', ')}`;
      return `Erased ${identity_id}, ${erased_at}; ${contacts}.`;
    }
    case 'queued':
      return `Queued: ${identity_id} is not taken in any more; its contact is still to be deleted.`;
    case 'failed':
      return `Not erased: Zoho does not delete the contact of ${identity_id}.`;
    case 'not_found':
      return 'Nothing to erase: nobody was found.';
    case 'lifted':
      return `Lifted: ${identity_id} comes in again with its next webhook or sync.`;
  }
}

export function exitCodeOf(carried: Carried): ExitCode {
  if (carried.is === 'erased') return 0;
  return carried.is === 'queued' && carried.dead ? 4 : 1;
}
