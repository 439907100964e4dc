import type { ContactFields, FoundContact } from '../model/contact.ts';
import type { Identity } from '../model/identity.ts';
import type { MappedField } from '../mapping/mapped.ts';
import type { LedgerRow } from '../store/ledger.ts';
import type { Mark, OutboxRow } from '../store/outbox/row.ts';
import type { DecideInput } from './decide.ts';

/** One claimed row on its way through a round: what is known of it so far. */
export interface Work {
  /** The row as claimed; after a strong read with the read's payload and version. */
  row: OutboxRow;
  identity: Identity;
  when: boolean | 'unknown';
  fields: ReadonlyMap<string, MappedField>;
  /** The mapped email, trimmed and lower-cased. */
  emailKey: string | null;
  ledger: LedgerRow | undefined;
  /** Marks of calls without an answer. */
  marks: readonly Mark[];
  /** The contact, once linked, found or made. */
  contactId: string | null;
  linkGone: boolean;
  found: readonly FoundContact[] | 'no_scope' | undefined;
  owners: ReadonlyMap<string, string>;
  /** The contact Zoho named as a duplicate; followed once (rule 20). */
  duplicateOf: string | null;
  /** Fields Zoho refused in this delivery -> HMAC of the value. */
  refusedNow: Map<string, string>;
  /** What this delivery has written so far. */
  written: ContactFields;
  /** This delivery made the contact. */
  created: boolean;
  /** The contact was found, not made by us and not linked: fields left alone are remembered as they are. */
  adopted: boolean;
  /** What is still to be written by id, after an upsert. */
  afterwards: ContactFields | null;
}

export function newWork(row: OutboxRow, identity: Identity): Work {
  return {
    row,
    identity,
    when: true,
    fields: new Map(),
    emailKey: null,
    ledger: undefined,
    marks: row.marks,
    contactId: null,
    linkGone: false,
    found: undefined,
    owners: new Map(),
    duplicateOf: null,
    refusedNow: new Map(),
    written: {},
    created: false,
    adopted: false,
    afterwards: null,
  };
}

/** What `decide` sees of a work. */
export function decideInput(work: Work): DecideInput {
  const fields = new Map([...work.fields].filter(([name]) => !work.refusedNow.has(name)));
  return {
    identityId: work.row.identity_id,
    when: work.when,
    fields,
    contactId: work.contactId,
    linkGone: work.linkGone,
    compare: work.row.compare,
    deleted: work.ledger?.deleted_at != null,
    // Hashes tell what the linked contact holds; of any other contact they tell nothing.
    remembered: {
      sent: work.linkGone ? {} : (work.ledger?.sent ?? {}),
      refused: work.row.compare ? {} : (work.ledger?.refused ?? {}),
    },
    inDoubt: new Set(work.marks.flatMap((mark) => mark.fields)),
    inDoubtKeys: work.marks.map((mark) => mark.key).filter((key) => key !== null),
    found: work.found,
    duplicateOf: work.duplicateOf,
    owners: work.owners,
  };
}
