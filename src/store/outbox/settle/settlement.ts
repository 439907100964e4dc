/** What delivery reports of one claimed row. */
import type { IncompleteField } from '../../../model/incomplete.ts';
import type { Failure, Reason } from '../../../model/outcome.ts';
import type { Mark, OutboxRow } from '../row.ts';

/** What the ledger keeps of a delivery. Values that are left out stay as they were. */
export interface Delivered {
  /** The link. Null removes it, and everything stored about the contact. */
  readonly contactId?: string | null;
  /** HMAC of the email that the contact has now. Null if it has none. */
  readonly emailHash?: string | null;
  readonly sent?: { readonly [field: string]: string };
  readonly refused?: { readonly [field: string]: string };
  /** Fields of the contact that differ from the mapping's values, except refused ones. */
  readonly incomplete?: readonly IncompleteField[];
  readonly kept?: { readonly [field: string]: string };
  /** Whether we made the contact. */
  readonly origin?: 'made' | 'found' | null;
  /** A contact that has its email and was not taken over, so it is not linked. */
  readonly matched?: string | null;
  /** Tags we have put on the contact. */
  readonly tags?: readonly string[];
  /** Fields of the last write. */
  readonly wrote?: readonly string[];
  /** True: the identity is gone from Ory for good. False: a strong read has found it after all. */
  readonly deleted?: boolean;
  /** Nothing but the mark stays (rule 24). */
  readonly erased?: true;
}

/** The outcome of one claimed row. */
export type Settlement = {
  /** The row as it was claimed, or with the data of a strong read after one. */
  readonly row: OutboxRow;
  readonly delivered: Delivered;
} & (
  | { readonly outcome: 'created' | 'updated' | 'unchanged' }
  | { readonly outcome: 'skipped'; readonly reason: Reason }
  | {
      readonly outcome: 'failed';
      readonly failure: Failure;
      /** The marks that are still in doubt, which a failed row keeps. */
      readonly marks: readonly Mark[];
      /** The identity that has what this one needs. Once it gives that up, the row is due again (rule 21). */
      readonly waitsFor?: string;
    }
);

/** Why it was skipped or has failed. Null if neither. */
export function reasonOf(settlement: Settlement): string | null {
  if (settlement.outcome === 'failed') return settlement.failure.reason;
  return settlement.outcome === 'skipped' ? settlement.reason : null;
}
