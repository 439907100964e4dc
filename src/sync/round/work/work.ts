/**
 * One claimed row on its way through a round. It is made of three readonly parts, by when their fields are set; `work-steps.ts`
 * has every change that a step makes to it.
 */
import type { ContactFields, FoundContact } from '../../../model/contact.ts';
import type { Failure } from '../../../model/outcome.ts';
import type { Identity } from '../../../model/identity.ts';
import type { EmailState } from '../../../mapping/derived/email-state.ts';
import type { MappedField, MappingProblem } from '../../../mapping/mapped.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { Mark, OutboxRow } from '../../../store/outbox/row.ts';
import type { Inherited } from '../../decide/inherit.ts';
import type { Plan, WritePlan } from '../../decide/plan.ts';

/** A refusal that is the outcome once the rest is written. */
export interface Owed {
  readonly failure: Failure;
  /** The identity whose contact has the value. */
  readonly waitsFor: string | undefined;
}

/** A field of the linked contact that is cleared, because the identity that has its new value waits for the old one. */
export interface Clearing extends Owed {
  readonly field: string;
  readonly waitsFor: string;
  /** What Zoho refused. */
  readonly plan: WritePlan;
}

/** What was claimed, and what the mapping makes of it: set before the first turn, the same from then on. */
export interface Claimed {
  /** The row as claimed; after a strong read with the read's payload and version. */
  readonly row: OutboxRow;
  readonly identity: Identity;
  /** A strong read of this delivery found that Ory does not have the identity any more (rule 24). */
  readonly gone: boolean;
  /** Read from Ory in this delivery. */
  readonly fresh: boolean;
  readonly when: boolean | 'unknown';
  /** What Ory says of the mapped email. */
  readonly emailState: EmailState;
  readonly fields: ReadonlyMap<string, MappedField>;
  /** What the mapping could not make of this identity. */
  readonly problems: readonly MappingProblem[];
  /** The fields of the mapping's `otherwise: { set }`; empty unless `when` is false. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** The mapped email, trimmed and lower-cased. */
  readonly emailKey: string | null;
  /** What the ledger has of the identity, as of the start of the round. */
  readonly ledger: LedgerRow | undefined;
}

/** What is known of its contact in Zoho: from the ledger, from look-ups, and from Zoho's answers. */
export interface KnownOfContact {
  /** The contact, once linked, found or made. */
  readonly contactId: string | null;
  /** There was a link, and its contact is gone in Zoho. */
  readonly linkGone: boolean;
  /** The contacts found; `no_scope`: looking is not allowed; undefined: not looked up yet. */
  readonly found: readonly FoundContact[] | 'no_scope' | undefined;
  /** `found` is what the ledger knows, not what Zoho answered. */
  readonly unseen: boolean;
  /** Contact id -> the identity that it is linked to. */
  readonly owners: ReadonlyMap<string, string>;
  /** What was known of the owner of the contact found, when nothing was to be delivered for it: looked at once more (rule 21). */
  readonly ownerSeen: string | null;
  /** Contacts of other identities that do not need this one's email (rule 21). */
  readonly apartFrom: ReadonlySet<string>;
  /** What is known of a contact that another identity gave up, from then (rule 21). */
  readonly inherited: Inherited | undefined;
  /** A contact that was found, and is not taken over. */
  readonly matchId: string | undefined;
  /** The contact Zoho named as a duplicate; followed once (rule 20). */
  readonly duplicateOf: string | null;
  /** An upsert of this delivery matched no contact. */
  readonly matchesNobody: boolean;
  /** Tags we have put on the contact. */
  readonly tagged: readonly string[];
}

/** What this delivery has done so far, and what it still has to do. */
export interface DoneSoFar {
  /** Marks of calls without an answer. */
  readonly marks: readonly Mark[];
  /** What was written. */
  readonly written: ContactFields;
  /** This delivery made the contact. */
  readonly created: boolean;
  /** The contact was found, not made by us and not linked: fields left alone are remembered as they are. */
  readonly adopted: boolean;
  /** This delivery deleted its contacts. */
  readonly removed: boolean;
  /** What is still to be written by id, after an upsert. */
  readonly afterwards: ContactFields | null;
  /** Fields Zoho refused in this delivery -> HMAC of the value. */
  readonly refusedNow: ReadonlyMap<string, string>;
  /** How often it was sent again without what Zoho had refused. */
  readonly droppedTimes: number;
  /** Zoho keeps a field unique and another record has its value: the rest is written, then this is the outcome. */
  readonly owes: Owed | null;
  /** Fields whose values contacts of other identities have: they are sent again once those settle, and not remembered as refused. */
  readonly awaited: ReadonlySet<string>;
  /** What is to be cleared next, so that another identity gets its value (rule 20). */
  readonly clears: Clearing | null;
  /** Why Zoho refused its tags, in words; it goes on without. Null: Zoho did not refuse them. */
  readonly tagsRefused: string | null;
}

export interface Work extends Claimed, KnownOfContact, DoneSoFar {}

/** A work, and what is to be done for it. */
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
 * The contact keeps what an older mapping made of it, and gets the Ory id alone (rule 25). Where there is no such contact any
 * more, the identity is delivered as a whole.
 */
export function keepsFields({ row, ledger, contactId, linkGone }: Work): boolean {
  return row.idOnly && contactId !== null && contactId === ledger?.contactId && !linkGone;
}
