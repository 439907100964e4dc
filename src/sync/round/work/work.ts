/**
 * One claimed row on its way through a round. It consists of three readonly parts, ordered by when their
 * fields are set. `work-steps.ts` has all changes that a step can make.
 */
import type { ContactFields, FoundContact, Unseen } from '../../../model/contact.ts';
import type { Failure } from '../../../model/outcome.ts';
import type { Identity } from '../../../model/identity.ts';
import type { EmailState } from '../../../mapping/derived/email-state.ts';
import type { MappedField, MappingProblem } from '../../../mapping/mapped.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { Mark, OutboxRow } from '../../../store/outbox/row.ts';
import type { Inherited } from '../../decide/inherit.ts';
import type { Plan, WritePlan } from '../../decide/plan.ts';

/** A refusal that becomes the outcome once the rest is written. */
export interface Owed {
  readonly failure: Failure;
  /** The identity whose contact has the value. */
  readonly waitsFor: string | undefined;
}

/**
 * A field of the linked contact that is cleared, because the identity that has its new value waits for the
 * old one.
 */
export interface Clearing extends Owed {
  readonly field: string;
  readonly waitsFor: string;
  /** The write that Zoho refused. */
  readonly plan: WritePlan;
}

/** What was claimed, and what the mapping made of it. It is set before the first turn and does not change. */
export interface Claimed {
  /** The row as claimed. After a strong read, it has the payload and version of the read. */
  readonly row: OutboxRow;
  readonly identity: Identity;
  /** A strong read in this delivery showed that Ory does not have the identity any more (rule 24). */
  readonly gone: boolean;
  /** The identity was read from Ory in this delivery. */
  readonly fresh: boolean;
  readonly when: boolean | 'unknown';
  /** The state of the mapped email in Ory. */
  readonly emailState: EmailState;
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The values that the mapping could not make. */
  readonly problems: readonly MappingProblem[];
  /** The fields of the mapping's `otherwise: { set }`; empty unless `when` is false. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** The mapped email, trimmed and lower-cased. */
  readonly emailKey: string | null;
  /** The ledger row of the identity at the start of the round. */
  readonly ledger: LedgerRow | undefined;
}

/** What is known about its contact in Zoho: from the ledger, from lookups, and from Zoho's answers. */
export interface KnownOfContact {
  /** The contact, once it is linked, found or made. */
  readonly contactId: string | null;
  /** The linked contact is gone in Zoho. */
  readonly linkGone: boolean;
  /** The contacts that were found, or why lookups are not allowed. Undefined before the lookup. */
  readonly found: readonly FoundContact[] | Unseen | undefined;
  /** `found` comes from the ledger, not from Zoho. */
  readonly unseen: boolean;
  /** Contact id -> the identity that it is linked to. */
  readonly owners: ReadonlyMap<string, string>;
  /**
   * The state of the found contact's owner when nothing was to be delivered for it. The contact is then
   * looked up again (rule 21).
   */
  readonly ownerSeen: string | null;
  /** Contacts of other identities that do not need this identity's email (rule 21). */
  readonly apartFrom: ReadonlySet<string>;
  /** The heritage of a contact that another identity gave up (rule 21). */
  readonly inherited: Inherited | undefined;
  /** A contact that was found and is not taken over. */
  readonly matchId: string | undefined;
  /** The contact that Zoho named as a duplicate. It is followed once (rule 20). */
  readonly duplicateOf: string | null;
  /** An upsert of this delivery matched no contact. */
  readonly matchesNobody: boolean;
  /** The tags that we have put on the contact. */
  readonly tagged: readonly string[];
}

/** What this delivery has done so far, and what is still to be done. */
export interface DoneSoFar {
  /** The marks of unanswered calls. */
  readonly marks: readonly Mark[];
  /** The fields that were written. */
  readonly written: ContactFields;
  /** This delivery made the contact. */
  readonly created: boolean;
  /**
   * The contact was found; we did not make it, and it was not linked. Fields that are left alone are
   * remembered as they are.
   */
  readonly adopted: boolean;
  /** This delivery deleted its contacts. */
  readonly removed: boolean;
  /** Fields that are still to be written by id, after an upsert. */
  readonly afterwards: ContactFields | null;
  /** Fields that Zoho refused in this delivery -> HMAC of the value. */
  readonly refusedNow: ReadonlyMap<string, string>;
  /** How many times it was sent again without refused fields. */
  readonly droppedTimes: number;
  /**
   * A unique field has a value that another record has. The rest is written, and then this is the outcome.
   */
  readonly owes: Owed | null;
  /**
   * Fields whose values are in contacts of other identities. They are sent again once those identities
   * settle, and are not remembered as refused.
   */
  readonly awaited: ReadonlySet<string>;
  /** The field to clear next, so that another identity gets its value (rule 20). */
  readonly clears: Clearing | null;
  /** Zoho's reason for refusing the tags; the work goes on without them. Null if they were not refused. */
  readonly tagsRefused: string | null;
}

export interface Work extends Claimed, KnownOfContact, DoneSoFar {}

/** A work and the plan for it. */
export interface Planned<Kind extends Plan = Plan> {
  readonly work: Work;
  readonly plan: Kind;
}

export const NOTHING_KNOWN: KnownOfContact = {
  contactId: null,
  linkGone: false,
  found: undefined,
  unseen: false,
  owners: new Map(),
  ownerSeen: null,
  apartFrom: new Set(),
  inherited: undefined,
  matchId: undefined,
  duplicateOf: null,
  matchesNobody: false,
  tagged: [],
};

const NOTHING_DONE: Omit<DoneSoFar, 'marks'> = {
  written: {},
  created: false,
  adopted: false,
  removed: false,
  afterwards: null,
  refusedNow: new Map(),
  droppedTimes: 0,
  owes: null,
  awaited: new Set(),
  clears: null,
  tagsRefused: null,
};

export function newWork(row: OutboxRow, identity: Identity): Work {
  return {
    row,
    identity,
    gone: false,
    fresh: false,
    when: true,
    emailState: 'unknown',
    fields: new Map(),
    problems: [],
    otherwise: new Map(),
    emailKey: null,
    ledger: undefined,
    ...NOTHING_KNOWN,
    ...NOTHING_DONE,
    marks: row.marks,
  };
}

/**
 * The contact keeps the fields of an older mapping and gets only the Ory id (rule 25). If the contact does
 * not exist any more, the whole identity is delivered.
 */
export function keepsFields({ row, ledger, contactId, linkGone }: Work): boolean {
  if (!row.idOnly || contactId === null || contactId !== ledger?.contactId || linkGone) return false;
  // Values of another identity in the contact are replaced under the mapping in use.
  return ledger.mixedIn.length === 0;
}
