import type { ContactFields, FoundContact } from '../model/contact.ts';
import type { Failure } from '../model/outcome.ts';
import type { Identity } from '../model/identity.ts';
import type { EmailState } from '../mapping/email-state.ts';
import type { MappedField, MappingProblem } from '../mapping/mapped.ts';
import type { LedgerRow } from '../store/ledger.ts';
import type { Mark, OutboxRow } from '../store/outbox/row.ts';
import type { DecideInput } from './decide.ts';
import type { Inherited } from './inherit.ts';
import type { WritePlan } from './judge.ts';

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

/** One claimed row on its way through a round: what is known of it so far. */
export interface Work {
  /** The row as claimed; after a strong read with the read's payload and version. */
  row: OutboxRow;
  identity: Identity;
  /** Gone from Ory: a strong read of this delivery has told (rule 24). */
  gone: boolean;
  /** Read from Ory in this delivery. */
  fresh: boolean;
  when: boolean | 'unknown';
  /** What Ory says of the mapped email. */
  emailState: EmailState;
  fields: ReadonlyMap<string, MappedField>;
  /** What the mapping could not make of this identity. */
  problems: readonly MappingProblem[];
  /** The fields of the mapping's `otherwise: { set }`; empty unless `when` is false. */
  otherwise: ReadonlyMap<string, MappedField>;
  /** The mapped email, trimmed and lower-cased. */
  emailKey: string | null;
  ledger: LedgerRow | undefined;
  /** Marks of calls without an answer. */
  marks: readonly Mark[];
  /** The contact, once linked, found or made. */
  contactId: string | null;
  linkGone: boolean;
  found: readonly FoundContact[] | 'no_scope' | undefined;
  /** Nobody looked in Zoho: `found` is what the ledger knows. */
  unseen: boolean;
  owners: ReadonlyMap<string, string>;
  /** What was known of the owner of the contact found, when nothing was to be delivered for it: looked at once more (rule 21). */
  ownerSeen: string | null;
  /** Contacts of other identities that do not need this one's email (rule 21). */
  apartFrom: ReadonlySet<string>;
  /** Of a contact that another identity gave up: what is known of it from then (rule 21). */
  inherited: Inherited | undefined;
  /** A contact that was found, and is not taken over. */
  matchId: string | undefined;
  /** The contact Zoho named as a duplicate; followed once (rule 20). */
  duplicateOf: string | null;
  /** Fields Zoho refused in this delivery -> HMAC of the value. */
  refusedNow: Map<string, string>;
  /** How often it was sent again without what Zoho had refused. */
  droppedTimes: number;
  /** Zoho keeps a field unique and another record has its value: the rest is written, then this is the outcome. */
  owes: Owed | null;
  /** Fields whose values contacts of other identities have: they are sent again once those settle, and not remembered as refused. */
  awaited: ReadonlySet<string>;
  /** What is to be cleared next, so that another identity gets its value (rule 20). */
  clears: Clearing | null;
  /** What this delivery has written so far. */
  written: ContactFields;
  /** An upsert of this delivery matched no contact. */
  matchesNobody: boolean;
  /** This delivery made the contact. */
  created: boolean;
  /** The contact was found, not made by us and not linked: fields left alone are remembered as they are. */
  adopted: boolean;
  /** Tags we have put on the contact. */
  tagged: readonly string[];
  /** Why Zoho refused its tags, in words; it goes on without. Null: it did not. */
  tagsRefused: string | null;
  /** This delivery deleted its contacts. */
  removed: boolean;
  /** What is still to be written by id, after an upsert. */
  afterwards: ContactFields | null;
}

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
    marks: row.marks,
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
    refusedNow: new Map(),
    droppedTimes: 0,
    written: {},
    owes: null,
    awaited: new Set(),
    clears: null,
    matchesNobody: false,
    created: false,
    adopted: false,
    tagged: [],
    tagsRefused: null,
    removed: false,
    afterwards: null,
  };
}

/**
 * The contact keeps what an older mapping made of it, and gets the Ory id alone (rule 25). Where there is no such contact any
 * more, the identity is delivered as a whole.
 */
export function keepsFields({ row, ledger, contactId, linkGone }: Work): boolean {
  return row.id_only && contactId !== null && contactId === ledger?.contact_id && !linkGone;
}

/** What calls without an answer may have sent: field -> HMACs of the values. */
export function sentInDoubt(marks: readonly Mark[]): { readonly [field: string]: readonly string[] } {
  const sent: { [field: string]: string[] } = {};
  for (const mark of marks) {
    for (const [name, hash] of Object.entries(mark.sent ?? {})) sent[name] = [...(sent[name] ?? []), hash];
  }
  return sent;
}

/** What `decide` sees of a work. */
export function decideInput(work: Work, oryIdField: string | null): DecideInput {
  const keeps = keepsFields(work);
  const taken = (fields: Work['fields']) =>
    new Map([...fields].filter(([name]) => !work.refusedNow.has(name) && (!keeps || name === oryIdField)));
  return {
    identityId: work.row.identity_id,
    standing: work.row.kind === 'erase' ? 'erased' : work.gone ? 'gone' : 'here',
    policy: work.row.policy === 'take_over' ? null : work.row.policy,
    when: keeps || work.when,
    // What a person gave it, it has.
    emailState: work.row.policy === 'take_over' ? 'unlisted' : work.emailState,
    fields: taken(work.fields),
    otherwise: taken(work.otherwise),
    tagged: work.tagged,
    contactId: work.contactId,
    linkGone: work.linkGone,
    compare: work.row.compare,
    // What a strong read has just found is not gone, whatever was known before (rule 7).
    deleted: work.ledger?.deleted_at != null && !work.fresh,
    // Hashes tell what the linked contact holds; of any other contact they tell nothing.
    remembered: {
      sent: work.linkGone ? {} : (work.ledger?.sent ?? {}),
      refused: { ...work.ledger?.refused, ...Object.fromEntries(work.refusedNow) },
      kept: work.linkGone || work.row.overwrite ? {} : (work.ledger?.kept ?? {}),
      sameContent: work.ledger?.content_hash === work.row.content_hash,
      otherMapping: work.ledger !== undefined && work.ledger.mapping_hash !== work.row.mapping_hash,
      maybeSent: sentInDoubt(work.marks),
    },
    origin: work.ledger?.origin ?? null,
    insists: work.row.overwrite,
    inDoubt: new Set(work.marks.flatMap((mark) => mark.fields)),
    made: work.marks.some(({ made }) => made === true),
    found: work.found,
    unseen: work.unseen,
    apartFrom: work.apartFrom,
    inherited: keeps ? undefined : work.inherited,
    matchesNobody: work.matchesNobody,
    duplicateOf: work.duplicateOf,
    owners: work.owners,
  };
}
