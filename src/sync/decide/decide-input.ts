import type { EmailState } from '../../mapping/derived/email-state.ts';
import type { MappedField } from '../../mapping/mapped.ts';
import type { FoundContact, Unseen } from '../../model/contact.ts';
import type { Policy } from '../../model/policy.ts';
import type { Origin } from './adoption.ts';
import type { Remembered } from './changed-fields.ts';
import type { Inherited } from './inherit.ts';
import type { MatchFacts } from './match.ts';

/** What `decide` knows about one identity. */
export interface DecideInput extends MatchFacts {
  /** In Ory; gone from Ory, as a strong read has just shown; or to be erased. */
  readonly standing: 'here' | 'gone' | 'erased';
  /** What to do with the contact of an identity that is gone. Null means what the mapping says. */
  readonly policy: Policy | null;
  readonly when: boolean | 'unknown';
  readonly emailState: EmailState;
  /** The mapped fields, without those that Zoho refused in this delivery. */
  readonly fields: ReadonlyMap<string, MappedField>;
  /** The fields of `otherwise: { set }`, without those that Zoho refused in this delivery. */
  readonly otherwise: ReadonlyMap<string, MappedField>;
  /** The tags that we have put on the contact. */
  readonly tagged: readonly string[];
  /** The linked contact. Null if there is none, or if it is gone in Zoho. */
  readonly contactId: string | null;
  /** There was a link, but its contact is gone in Zoho (rule 22). */
  readonly linkGone: boolean;
  /** Compare with the contact in Zoho instead of with hashes (rule 4). */
  readonly compare: boolean;
  /** The identity is gone from Ory; its row was put in before that was known (rule 24). */
  readonly deleted: boolean;
  readonly remembered: Remembered;
  /** Whether we made the linked contact. */
  readonly origin?: Origin;
  /** A person has disabled `adopt: fill` (`sync --overwrite`). */
  readonly insists?: boolean;
  /** Fields that an unanswered call may have written (rule 11). */
  readonly inDoubt: ReadonlySet<string>;
  /** Fields of the linked contact that a call for another identity has written (rule 21). */
  readonly mixedIn?: readonly string[];
  /** We made the linked contact, and fields that are written only on creation may be missing. */
  readonly made: boolean;
  /** The heritage of a contact that another identity gave up (rule 21). */
  readonly inherited?: Inherited | undefined;
  /** An upsert of this delivery matched no contact. */
  readonly matchesNobody?: boolean;
  /**
   * Contacts of other identities that do not need this identity's email, so that it gets its own contact
   * (rule 21).
   */
  readonly apartFrom?: ReadonlySet<string>;
  /** Zoho was not asked: `found` comes from the ledger. */
  readonly unseen?: boolean | undefined;
  /** The contacts that were found, or why lookups are not allowed. Undefined before the lookup. */
  readonly found: readonly FoundContact[] | Unseen | undefined;
}
