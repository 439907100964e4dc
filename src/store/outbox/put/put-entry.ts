import type { Event, Priority } from '../../../model/event.ts';

/** A snapshot on its way into the outbox. */
export interface PutEntry {
  readonly identityId: string;
  /** The identity as JSON text. */
  readonly payload: string;
  readonly event: Event;
  /**
   * Its priority. The default depends on the event (rule 4). A missed sign-up found by a scan does not go
   * before webhooks.
   */
  readonly priority?: Priority;
  /** `updated_at` in microseconds. Null makes it a hint. */
  readonly version: number | null;
  readonly verified: number;
  /** HMAC of the values of its addresses. */
  readonly addressesHash: string;
  readonly contentHash: string;
  /** HMAC of its content without verification and the last sign-in. */
  readonly profileHash: string;
  readonly emailKey: string | null;
  /** For a strong read: the number drawn before its request (rule 2). */
  readonly readAsOf?: number;
  /** Compare with the contact in Zoho instead of with hashes. Such an entry always goes in (rule 4). */
  readonly compare?: boolean;
  /** Also write what `adopt: fill` leaves alone. */
  readonly overwrite?: boolean;
  /**
   * Set by a reconcile: if only the mapping has changed, nothing is delivered except the Ory id (rule 25).
   */
  readonly mappingMayDiffer?: boolean;
}

export interface MergeRules {
  readonly mappingHash: string;
  /** The admin API is configured, so hints are read before delivery (rule 5). */
  readonly adminReads: boolean;
  /** The field that holds the identity's id. Left out or null if there is none. */
  readonly oryIdField?: string | null;
}
