/**
 * The result of a call to Zoho, as data. The Zoho client classifies the answer, and delivery acts on it.
 * Delivery never looks at HTTP status codes or messages.
 */
import type { PauseReason } from './pause.ts';

/** The kinds of calls that change records. */
export type WriteOperation = 'upsert' | 'insert' | 'update' | 'delete' | 'tag';

/** A call without an answer for each record. */
export type CallFailure =
  /** Zoho did not do it, so the marks of this call can go. */
  | {
      readonly kind: 'not_done';
      readonly pause: PauseReason;
      readonly message: string;
      readonly waitMs?: number;
    }
  /** Zoho may or may not have done it (cut, timeout, 5xx, unreadable 2xx). The marks stay, in doubt. */
  | {
      readonly kind: 'in_doubt';
      readonly pause: PauseReason;
      readonly message: string;
      readonly waitMs?: number;
    }
  /**
   * We cut the call ourselves, because a lease was lost or the process is stopping. It is in doubt, and says
   * nothing about Zoho.
   */
  | { readonly kind: 'aborted'; readonly message: string }
  /**
   * Zoho did not do it, and does not say which record is to blame (rule 14): any other 4xx without `data[]`,
   * or the same error for each record that points at no field.
   */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly status: number;
      /** The reason of the pause, if the call itself is to blame. */
      readonly pausesAs: PauseReason;
      /** Zoho's error for a call with one record, if it has one. */
      readonly error?: RecordError;
    }
  /**
   * `data[]` does not have one item for each record sent. The call is in doubt, and the batch is halved (rule
   * 14).
   */
  | { readonly kind: 'wrong_length'; readonly message: string };

/** A call, or a part of one, that Zoho refused without naming a record. */
export type Refusal = Extract<CallFailure, { kind: 'refused' }>;

/** A unique value that another record has. */
export interface Duplicate {
  readonly field: string;
  /** The other record, if Zoho names it. */
  readonly contactId?: string;
  /** The API name of the other record's module, if Zoho names it. */
  readonly module?: string;
}

/** Why Zoho did not take one record. */
export interface RecordError {
  readonly kind:
    | 'field' // Zoho refuses the values of `fields`
    | 'mandatory' // `fields` are mandatory and missing
    | 'duplicate' // another record has the unique values in `duplicates`
    | 'gone' // the id belongs to no record, or no longer to one
    | 'converted' // a lead that became a contact, which cannot be changed any more
    | 'later' // locked, in approval, in review, in a blueprint, or a service behind Zoho failed
    | 'refused'; // anything else, for good
  /** Zoho's own code, such as INVALID_DATA. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly duplicates: readonly Duplicate[];
  /** The record that an upsert matched but did not update, if Zoho names it (`mandatory`, v8). */
  readonly matchedId?: string;
  /**
   * The field list that the record was fitted to is outdated: a field is unknown, shorter, or of another
   * type.
   */
  readonly stale: boolean;
  /** Zoho's item as JSON text, cut to 2,000 characters, for `failed show`. */
  readonly raw: string;
}

/** The result for one record of a write. `items[i]` belongs to the i-th record sent. */
export type ItemAnswer =
  | {
      readonly kind: 'done';
      readonly action: 'insert' | 'update';
      readonly contactId: string;
      /** The field by which an upsert matched. Null if it inserted, or if Zoho does not say. */
      readonly duplicateField: string | null;
    }
  | { readonly kind: 'error'; readonly error: RecordError };

export type WriteAnswer =
  | {
      readonly kind: 'answered';
      readonly items: readonly ItemAnswer[];
      /** Some records have an error that may be about the call, so it is not their own answer (rule 14). */
      readonly refused?: { readonly places: ReadonlySet<number>; readonly failure: Refusal };
    }
  | CallFailure;
