import type { WaitsForLookUp } from './look-up-wait.ts';

/** Why a row was skipped, failed, or waits for a person. The CLI and the log use no other reasons. */
export type Reason =
  | 'no_email' // there is no key to find or create a contact by
  | 'when' // `when` of the mapping excludes it
  | 'erased'
  | 'deleted' // gone from Ory
  | 'contact_deleted' // gone from Zoho, and `recreate` of the mapping forbids another one
  | 'unverified_match' // an unverified email may not adopt a contact (`adopt_unverified: false`)
  | 'needs_full_webhook' // the mapping needs data that this hook does not send
  | WaitsForLookUp // waiting, because contacts cannot be looked up
  | 'email_taken' // the contact belongs to another identity
  | `duplicate_${string}` // another record has the value of a unique field
  | `matched_by_${string}` // Zoho matched by a unique field that is not one of our keys
  | `zoho_${string}`; // Zoho's own code in lower case, or zoho_error

/**
 * The result of a put. `put`: something new will be delivered. `read_first`: it was a hint, so the waiting
 * snapshot is read again before delivery. `same`: nothing is new. `older`, `erased`, `deleted`: it was
 * dropped.
 */
export type PutResult = 'put' | 'read_first' | 'same' | 'older' | 'erased' | 'deleted';

/** The result of an identity's last delivery. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed';

/** Why Zoho's refusal or our own rule keeps a row as failed. */
export interface Failure {
  readonly reason: Reason;
  /** Zoho's own code. Null if the reason is our own. */
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string;
  /** Zoho's answer to this record as JSON text. */
  readonly answer: string | null;
}

/** A refusal by our own rules, without an answer from Zoho. */
export function ownFailure(reason: Reason, message: string, field: string | null = null): Failure {
  return { reason, code: null, field, message, answer: null };
}
