import type { ContactFields } from '../../model/contact.ts';
import type { WaitsForLookUp } from '../../model/look-up-wait.ts';
import type { Failure, Reason } from '../../model/outcome.ts';

/** The result of `decide` for one identity. Delivery carries it out. */
export type Plan =
  /** Ask Zoho which contact there is. Nothing is written before that is known. */
  | { readonly do: 'look_up' }
  /** `contactId` is the contact that stays as it is, if there is one. */
  | {
      readonly do: 'skip';
      readonly reason: Reason;
      readonly contactId: string | null;
      /** A contact that was found and is not taken over. */
      readonly matchId?: string;
    }
  /** It waits for something that only a person can do. Nothing fails. */
  | { readonly do: 'wait'; readonly reason: WaitsForLookUp }
  /** It cannot be done in this situation. A person must look at it. */
  | { readonly do: 'fail'; readonly failure: Failure }
  /** Nothing has to be written. `contactId` is the linked contact, if there is one. */
  | { readonly do: 'unchanged'; readonly contactId: string | null }
  /** No contact is known: an upsert, or an insert of a new record. */
  | {
      readonly do: 'insert';
      readonly fields: ContactFields;
      /** `duplicate_check_fields`, in order. If empty, a new record is made whatever others exist. */
      readonly matchBy: readonly string[];
      /** Fields that must be written by id after the upsert. Empty if there are none. */
      readonly afterwards: ContactFields;
      /**
       * Fields that are written only if the upsert made a new contact: on-create fields, if there was no
       * lookup first.
       */
      readonly afterInsert: ContactFields;
    }
  /** A PUT by id to the linked or found contact. */
  | { readonly do: 'update'; readonly contactId: string; readonly fields: ContactFields }
  /** Add and remove tags. Then the delivery continues. */
  | {
      readonly do: 'tag';
      readonly contactId: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  /** Delete these contacts and remove the link. The identity then counts as skipped. */
  | { readonly do: 'delete'; readonly contactIds: readonly string[]; readonly reason: Reason }
  /** The found contact is linked to another identity, whose state must be known first (rule 21). */
  | { readonly do: 'ask_owner'; readonly ownerId: string; readonly contactId: string };

/** The plan of one kind. */
export type PlanTo<Do extends Plan['do']> = Extract<Plan, { do: Do }>;

/** The plans that write fields. */
export type WritePlan = PlanTo<'insert' | 'update'>;
