import type { EmailState } from '../../mapping/derived/email-state.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import type { FoundContact } from '../../model/contact.ts';
import type { Policy } from '../../model/policy.ts';
import type { Origin } from './adoption.ts';
import type { Remembered } from './changed-fields.ts';
import type { Inherited } from './inherit.ts';
import type { MatchFacts } from './match.ts';

/** What `decide` knows of one identity. */
export interface DecideInput extends MatchFacts {
  /** In Ory; gone from there, as a strong read has just told; or to be erased. */
  readonly standing: 'here' | 'gone' | 'erased';
  /** Of an identity that is gone: what to do with its contact; null = what the mapping says. */
  readonly policy: Policy | null;
  readonly when: boolean | 'unknown';
  readonly emailState: EmailState;
  /** The mapped fields, without those Zoho refused in this delivery. */
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The fields of `otherwise: { set }`, without those Zoho refused in this delivery. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** Tags we have put on the contact. */
  readonly tagged: readonly string[];
  /** The link; null = none, or its contact is gone in Zoho. */
  readonly contactId: string | null;
  /** There was a link, and its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
  /** Compare with the contact in Zoho, not with hashes (rule 4). */
  readonly compare: boolean;
  /** Gone from Ory; what is still here was put in before that was known (rule 24). */
  readonly deleted: boolean;
  readonly remembered: Remembered;
  /** Whether we made the linked contact. */
  readonly origin?: Origin;
  /** A person wants `adopt: fill` not to count (`sync --overwrite`). */
  readonly insists?: boolean;
  /** Fields that a call without an answer may have written (rule 11). */
  readonly inDoubt: ReadonlySet<string>;
  /** We made the linked contact, and what is written on creation only may be missing. */
  readonly made: boolean;
  /** Of a contact that another identity gave up: what is known of it from then (rule 21). */
  readonly inherited?: Inherited | undefined;
  /** An upsert of this delivery matched no contact. */
  readonly matchesNobody?: boolean;
  /** Contacts of other identities that do not need this one's email: this one gets a contact of its own (rule 21). */
  readonly apartFrom?: ReadonlySet<string>;
  /** Nobody looked in Zoho: `found` is what the ledger knows. */
  readonly unseen?: boolean | undefined;
  /** The contacts found; `no_scope`: looking is not allowed to us; undefined: nobody looked yet. */
  readonly found: readonly FoundContact[] | 'no_scope' | undefined;
}
