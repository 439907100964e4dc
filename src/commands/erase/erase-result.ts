import type { ExitCode } from '../../errors.ts';
import type { Carried } from './carry-out.ts';
import type { Search } from '../../sync/find-identity/with-contacts.ts';
import type { IdentityContacts } from '../../sync/find-identity/whose-contacts.ts';

/** The output of `erase --json`, for an audit. It has ids and times, and no other personal data. */
export interface EraseResult {
  /** Null if no identity was found. */
  readonly identity_id: string | null;
  /**
   * Contacts of the identity in Zoho. In state `erased`: those that Zoho showed to be gone after the
   * deletion, including contacts that were not known beforehand.
   */
  readonly contact_ids: readonly string[];
  /** Contacts with the same email that no identity is linked to. They were not changed. */
  readonly unlinked_contact_ids: readonly string[];
  /**
   * Contacts that a call without an answer may have created. They are deleted if it did. Empty in state
   * `erased`.
   */
  readonly in_doubt_contact_ids: readonly string[];
  /** Related contacts that belong to another identity. They were not changed. */
  readonly other_contact_ids: readonly string[];
  /** Contacts that should be deleted, but Zoho has not shown that they are gone. */
  readonly unseen_contact_ids: readonly string[];
  /** Since when the identity is kept out, RFC 3339, UTC. */
  readonly erased_at: string | null;
  /**
   * `store_only`: everything in the store is erased, but Zoho was not searched. It may have a contact of the
   * identity, which is not linked.
   */
  readonly state: 'erased' | 'store_only' | 'queued' | 'failed' | 'not_found' | 'lifted';
  /** It was erased before, and nothing was left to delete. */
  readonly already: boolean;
  /** Why it failed or waits, if Zoho gave a reason, such as `zoho_record_locked`. */
  readonly reason: string | null;
}

type State = Pick<EraseResult, 'state'> & Partial<Pick<EraseResult, 'already'>>;

/** The state of an erasure after the deletion. */
export interface After {
  /** Since when the identity is kept out, in ms since 1970. */
  readonly erasedAt?: number | null;
  /** Contacts that Zoho was asked to delete. */
  readonly deleted?: readonly string[];
  /** Of these and of those known beforehand: the contacts that Zoho has shown to be gone. */
  readonly gone?: readonly string[];
  /** Why it failed or waits. */
  readonly reason?: string | null;
}

/**
 * Built from what was really deleted. The search beforehand may have missed contacts, or not known whose they
 * are.
 */
export function resultOf(
  search: Search,
  subject: IdentityContacts | undefined,
  { state, already = false }: State,
  { erasedAt = null, deleted = [], gone = [], reason = null }: After = {},
): EraseResult {
  const known = subject?.contacts.map(({ id }) => id) ?? [];
  const its = [...new Set([...known, ...deleted])];
  const doubted = (subject?.doubted ?? []).map(({ id }) => id).filter((id) => !its.includes(id));
  const unlinked = search.unlinked.map(({ id }) => id).filter((id) => !its.includes(id));
  const others = (subject?.others ?? []).map(({ contact }) => contact.id).filter((id) => !its.includes(id));
  const isErased = state === 'erased' || state === 'store_only';
  return {
    identity_id: subject?.identityId ?? null,
    contact_ids: isErased ? gone : its,
    unlinked_contact_ids: isErased ? [...unlinked, ...doubted] : unlinked,
    in_doubt_contact_ids: isErased ? [] : doubted,
    other_contact_ids: others,
    unseen_contact_ids: isErased ? its.filter((id) => !gone.includes(id)) : [],
    erased_at: erasedAt === null ? null : new Date(erasedAt).toISOString(),
    state,
    already,
    reason,
  };
}

/** The state. An erasure that Zoho holds stays in the outbox, so it is queued. */
export function stateOf({ is }: Carried): 'erased' | 'queued' | 'failed' {
  return is === 'held' ? 'queued' : is;
}

/**
 * The state once an erasure is done. Without a link, only a search of Zoho shows whether there is a contact.
 * @param deleted contacts that Zoho was asked to delete
 */
export function doneState(
  { erasure, searched }: Pick<IdentityContacts, 'erasure' | 'searched'>,
  deleted: readonly string[],
): 'erased' | 'store_only' {
  const isLinked = erasure?.contactId != null;
  return searched || isLinked || deleted.length > 0 ? 'erased' : 'store_only';
}

/** The result as text. */
export function resultText(result: EraseResult): string {
  const { identity_id, erased_at, state, already } = result;
  switch (state) {
    case 'erased':
      return already
        ? `Erased before: ${identity_id}, ${erased_at}; nothing was left to delete.${deletedThen(result)}`
        : `Erased ${identity_id}, ${erased_at}; ${contactsText(result)}.`;
    case 'store_only':
      return `Erased in the store${already ? ' before' : ''}: ${identity_id}, ${erased_at}. Zoho was not searched, so a contact may be left there.`;
    case 'queued':
      return `Queued: ${identity_id} is no longer synced; the contact of ${identity_id} is still to be deleted.`;
    case 'failed':
      return `Not erased: Zoho does not delete the contact of ${identity_id}.`;
    case 'not_found':
      return 'Nothing to erase: no identity was found.';
    case 'lifted':
      return `Lifted: ${identity_id} is synced again with its next webhook or sync.`;
  }
}

function contactsText({ contact_ids, unseen_contact_ids }: EraseResult): string {
  const parts = [
    ...(contact_ids.length === 0 ? [] : [`deleted in Zoho: ${contact_ids.join(', ')}`]),
    ...(unseen_contact_ids.length === 0 ? [] : [`not confirmed as gone: ${unseen_contact_ids.join(', ')}`]),
  ];
  return parts.length === 0 ? 'no contact was found in Zoho' : parts.join('; ');
}

/** A serve may have finished the erasure after the command that queued it had ended. */
function deletedThen({ contact_ids }: EraseResult): string {
  return contact_ids.length === 0 ? '' : ` Deleted in Zoho at that time: ${contact_ids.join(', ')}.`;
}

export function exitCodeOfErasure(carried: Carried, state: EraseResult['state']): ExitCode {
  if (state === 'store_only') return 1;
  if (carried.is === 'erased') return carried.left.length === 0 ? 0 : 1;
  return carried.is === 'queued' && carried.dead ? 4 : 1;
}
