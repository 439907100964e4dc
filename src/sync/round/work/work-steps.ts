/**
 * All changes that the steps of a round make to a work. Each function returns a new work. No other file
 * changes one.
 */
import type { Mapped } from '../../../mapping/mapped.ts';
import type { ContactFields, FoundContact, Unseen } from '../../../model/contact.ts';
import type { Identity } from '../../../model/identity.ts';
import { emailKey } from '../../../mapping/derived/derived.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { Mark, OutboxRow } from '../../../store/outbox/row.ts';
import type { Inherited } from '../../decide/inherit.ts';
import type { WritePlan } from '../../decide/plan.ts';
import type { Clearing, Work } from './work.ts';

/* Before the first turn */

/** @param row the row with what the read has shown */
export function asRead(work: Work, row: OutboxRow, identity: Identity): Work {
  return { ...work, row, identity, fresh: true };
}

/** A strong read did not find the identity. @param asOf the store's revision at that read */
export function asGone(work: Work, asOf: number): Work {
  return { ...work, row: { ...work.row, asOf: asOf }, gone: true };
}

/**
 * @param mappingHash the mapping that delivers, which may differ from the mapping of the process that put the
 * row in (rule 12)
 */
export function withMapped(work: Work, mapped: Mapped, mappingHash: string): Work {
  const email = mapped.fields.get('Email')?.value;
  return {
    ...work,
    row: work.row.idOnly ? work.row : { ...work.row, mappingHash: mappingHash },
    when: mapped.when,
    emailState: mapped.emailState,
    fields: mapped.fields,
    problems: mapped.problems ?? [],
    otherwise: mapped.otherwise,
    emailKey: typeof email === 'string' ? emailKey(email) : null,
  };
}

export function withLedger(work: Work, ledger: LedgerRow | undefined): Work {
  return { ...work, ledger, contactId: ledger?.contactId ?? null, tagged: ledger?.tags ?? [] };
}

/* What becomes known about its contact */

/** @param tags the tags that the contact got for the identity that gave it up */
export function withHeritage(work: Work, inherited: Inherited | undefined, tags: readonly string[]): Work {
  return { ...work, inherited, tagged: [...new Set([...work.tagged, ...tags])] };
}

/** Zoho has answered a look-up. */
export function withFound(
  work: Work,
  found: readonly FoundContact[],
  owners: ReadonlyMap<string, string>,
): Work {
  const next = { ...work, found, owners, unseen: false };
  // The linked contact was looked up for a comparison, and does not exist any more.
  const isGone = work.contactId !== null && !found.some(({ id }) => id === work.contactId);
  return isGone ? { ...next, contactId: null, linkGone: true, tagged: [] } : next;
}

/** Lookups are not allowed. The contacts are those that the ledger knows, or unknown. */
export function withUnseen(
  work: Work,
  why: Unseen,
  contact: FoundContact | undefined,
  owners: ReadonlyMap<string, string> = work.owners,
): Work {
  return contact === undefined
    ? { ...work, found: why }
    : { ...work, unseen: true, owners, found: [contact] };
}

/** Adds more fields to the contacts that were found. */
export function withMoreFields(work: Work, more: (contact: FoundContact) => FoundContact): Work {
  return Array.isArray(work.found) ? { ...work, found: work.found.map(more) } : work;
}

/** Something may have changed, so the contact is looked up again. */
export function lookingAgain(work: Work, change: Partial<Pick<Work, 'ownerSeen' | 'owners'>> = {}): Work {
  return { ...work, ...change, found: undefined };
}

/** The contact belongs to another identity, so this one gets its own (rule 21). */
export function apartFrom(work: Work, contactId: string): Work {
  return { ...work, apartFrom: new Set([...work.apartFrom, contactId]) };
}

/** Zoho names this contact as the duplicate (rule 20). */
export function following(work: Work, duplicateOf: string): Work {
  return { ...work, duplicateOf, found: undefined };
}

export function matchingNobody(work: Work): Work {
  return { ...work, matchesNobody: true };
}

/** The linked contact does not exist in Zoho any more (rule 22). */
export function withoutLink(work: Work): Work {
  return { ...work, contactId: null, linkGone: true, tagged: [], found: undefined, clears: null };
}

/** A found contact becomes the link even if nothing has to be written. */
export function linkedTo(work: Work, contactId: string | null): Work {
  const found = contactId !== null && work.contactId === null;
  return found ? { ...work, contactId, adopted: true } : work;
}

/** @param matchId a contact that was found and is not taken over */
export function notTakingOver(work: Work, matchId: string | undefined): Work {
  return { ...work, matchId };
}

/* What this delivery does */

export function marked(work: Work, mark: Mark): Work {
  return { ...work, marks: [...work.marks, mark] };
}

export function withMarks(work: Work, marks: readonly Mark[]): Work {
  return { ...work, marks };
}

/** @param call the call whose marks are removed: it was answered, or Zoho surely did nothing */
export function unmarked(work: Work, call: string): Work {
  return { ...work, marks: work.marks.filter((mark) => mark.call !== call) };
}

export function writtenTo(work: Work, plan: WritePlan, contactId: string, created: boolean): Work {
  const adopted = work.adopted || (work.contactId === null && !created);
  const written = { ...work.written, ...plan.fields };
  return { ...work, contactId, created: work.created || created, adopted, written };
}

/** @param afterwards fields that are still to be written by id */
export function goingOn(work: Work, afterwards: ContactFields): Work {
  return { ...work, afterwards };
}

export function tagged(work: Work, tags: readonly string[]): Work {
  return { ...work, tagged: [...work.tagged.filter((tag) => !tags.includes(tag)), ...tags] };
}

export function untagged(work: Work, tags: readonly string[]): Work {
  return { ...work, tagged: work.tagged.filter((tag) => !tags.includes(tag)) };
}

/** @param why the reason why Zoho refused its tags */
export function withoutTags(work: Work, why: string): Work {
  return { ...work, tagsRefused: why };
}

export function removed(work: Work): Work {
  return { ...work, removed: true };
}

/** Zoho has refused these values (rule 18). @param refused field -> HMAC of the value */
export function withRefused(work: Work, refused: Iterable<readonly [string, string]>): Work {
  return { ...work, refusedNow: new Map([...work.refusedNow, ...refused]) };
}

export function sentOnceMore(work: Work): Work {
  return { ...work, droppedTimes: work.droppedTimes + 1 };
}

/** @param clears the field to clear next; null if it was cleared, or may not be */
export function clearingField(work: Work, clears: Clearing | null): Work {
  return { ...work, clears };
}

/** The rest is sent first, then the work fails. @param awaited the field whose value it waits for */
export function owing(work: Work, change: Pick<Work, 'owes' | 'awaited'>): Work {
  return { ...work, ...change };
}
