import type { ContactFields } from '../../model/contact.ts';
import type { Failure, Reason } from '../../model/outcome.ts';

/** What `decide` wants done for one identity. Delivery does it; nothing here touches anything. */
export type Plan =
  /** Ask Zoho which contact there is: nothing is written before that is known. */
  | { readonly do: 'look_up' }
  /** `contactId`: the contact that stays as it is, where there is one. */
  | {
      readonly do: 'skip';
      readonly reason: Reason;
      readonly contactId: string | null;
      /** A contact that was found, and is not taken over. */
      readonly matchId?: string;
    }
  /** It waits for what only a person can give; nothing fails. */
  | { readonly do: 'wait'; readonly reason: 'needs_coql' }
  /** It cannot be done as things are: a person must see it. */
  | { readonly do: 'fail'; readonly failure: Failure }
  /** Nothing to write. `contactId` is the link, if there is one. */
  | { readonly do: 'unchanged'; readonly contactId: string | null }
  /** There is no contact known: Zoho's upsert, or a new record. */
  | {
      readonly do: 'insert';
      readonly fields: ContactFields;
      /** `duplicate_check_fields`, in order; none: a new record is made whatever others there are. */
      readonly matchBy: readonly string[];
      /** What must follow by id, once the upsert has told it; empty = nothing. */
      readonly afterwards: ContactFields;
      /** Follows only where the upsert made a new contact: on-create fields when nobody could look first. */
      readonly afterInsert: ContactFields;
    }
  /** PUT by id to the linked or found contact. */
  | { readonly do: 'update'; readonly contactId: string; readonly fields: ContactFields }
  /** Put tags on the contact and take others off; then it goes on. */
  | {
      readonly do: 'tag';
      readonly contactId: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /** Delete these contacts and take the link away; the identity then counts as skipped. */
  | { readonly do: 'delete'; readonly contactIds: readonly string[]; readonly reason: Reason }
  /** The contact found is linked to another identity: see what became of that one first (rule 21). */
  | { readonly do: 'ask_owner'; readonly ownerId: string; readonly contactId: string };

/** The plan of one kind. */
export type PlanTo<Do extends Plan['do']> = Extract<Plan, { do: Do }>;

/** The plans that write fields. */
export type WritePlan = PlanTo<'insert' | 'update'>;
