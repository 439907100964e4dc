import type { Event, Priority } from '../../../model/event.ts';

/** A snapshot on its way into the outbox. */
export interface PutEntry {
  readonly identityId: string;
  /** The identity as JSON text. */
  readonly payload: string;
  readonly event: Event;
  /** Goes as such; left out: by the event (rule 4). A scan that meets a missed sign-up does not go before webhooks. */
  readonly priority?: Priority;
  /** `updated_at` in microseconds; null makes it a hint. */
  readonly version: number | null;
  readonly verified: number;
  /** HMAC of the values of its addresses. */
  readonly addressesHash: string;
  readonly contentHash: string;
  /** HMAC of its content without what is verified and the last sign-in. */
  readonly profileHash: string;
  readonly emailKey: string | null;
  /** Of a strong read: the number drawn before its request (rule 2). */
  readonly readAsOf?: number;
  /** Compare with the contact in Zoho instead of with hashes; always goes in (rule 4). */
  readonly compare?: boolean;
  /** Write what `adopt: fill` leaves alone too. */
  readonly overwrite?: boolean;
  /** Of a reconcile: another mapping alone is no reason to deliver anything but the Ory id (rule 25). */
  readonly mappingMayDiffer?: boolean;
}

export interface MergeRules {
  readonly mappingHash: string;
  /** The admin API is configured: hints are read before delivery (rule 5). */
  readonly adminReads: boolean;
  /** The field that holds the identity's id; left out or null: there is none. */
  readonly oryIdField?: string | null;
}
