/**
 * What a call to Zoho came to, as data. The Zoho client classifies, delivery acts on it; neither looks at HTTP
 * status codes or messages again.
 */
import type { PauseReason } from './pause.ts';

/** A call that was not answered record by record. */
export type CallFailure =
  /** Zoho did not do it: the marks of this call can go. */
  | {
      readonly kind: 'not_done';
      readonly pause: PauseReason;
      readonly message: string;
      readonly waitMs?: number;
    }
  /** Nobody knows whether Zoho did it (cut, timeout, 5xx, unreadable 2xx): the marks stay, in doubt. */
  | {
      readonly kind: 'in_doubt';
      readonly pause: PauseReason;
      readonly message: string;
      readonly waitMs?: number;
    }
  /** We cut it ourselves (lease lost, stopping): in doubt, and says nothing about Zoho. */
  | { readonly kind: 'aborted'; readonly message: string }
  /** Any other 4xx without `data[]`: something in this batch is not to Zoho's taste (rule 14). */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly status: number }
  /** `data[]` has not one item for each record sent: in doubt, and the batch is halved (rule 14). */
  | { readonly kind: 'wrong_length'; readonly message: string };

/** A unique value that another record has. */
export interface Duplicate {
  readonly field: string;
  /** The other record, where Zoho names it. */
  readonly contactId?: string;
  /** API name of the other record's module, where Zoho names it. */
  readonly module?: string;
}

/** Why Zoho did not take one record. */
export interface RecordError {
  readonly kind:
    | 'field' // one or more fields are not to Zoho's taste: `fields`
    | 'mandatory' // a field that must be there is not: `fields`
    | 'duplicate' // `duplicates`
    | 'gone' // the id names no record (any more)
    | 'converted' // a lead that became a contact: Zoho lets nobody change it any more
    | 'later' // locked, in approval, in review, in a blueprint, a service behind Zoho failed
    | 'refused'; // anything else, for good
  /** Zoho's own code, such as INVALID_DATA. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly duplicates: readonly Duplicate[];
  /** The record that an upsert matched and did not update, where Zoho names it (`mandatory`, v8). */
  readonly matchedId?: string;
  /** The field list that the record was fitted to is outdated: a field is unknown, shorter, or of another type. */
  readonly stale: boolean;
  /** Zoho's item as JSON text, cut to 2,000 characters, for `failed show`. */
  readonly raw: string;
}

/** What became of one record of a write; `items[i]` belongs to the i-th record sent. */
export type ItemAnswer =
  | {
      readonly kind: 'done';
      readonly action: 'insert' | 'update';
      readonly contactId: string;
      /** The field by which an upsert matched; null where it inserted or Zoho does not say. */
      readonly duplicateField: string | null;
    }
  | { readonly kind: 'error'; readonly error: RecordError };

export type WriteAnswer = { readonly kind: 'answered'; readonly items: readonly ItemAnswer[] } | CallFailure;
