/** Why a row was skipped or failed, or waits for a person: the closed list of the CLI and the log. */
export type Reason =
  | 'no_email' // nothing to find or make a contact by
  | 'when' // the mapping says: not this one
  | 'erased'
  | 'deleted' // gone from Ory
  | 'contact_deleted' // gone from Zoho, and the mapping says not to make it again
  | 'unverified_match' // the mapping says: no contact that was there before, without a verified email
  | 'needs_full_webhook' // the mapping needs what this hook does not send
  | 'needs_coql' // it waits: the mapping needs a look at the contacts, and the connection lacks the scope
  | 'email_taken' // the contact belongs to another identity
  | `duplicate_${string}` // a unique field's value is another record's
  | `matched_by_${string}` // Zoho matched by a unique field that is no key of ours
  | `zoho_${string}`; // Zoho's own code in lower case, or zoho_error

/**
 * What became of a put: `put` = something (new) is to be delivered; `read_first` = a hint, the waiting snapshot is read
 * again before delivery; `same` = nothing new; `older`, `erased`, `deleted` = dropped.
 */
export type PutResult = 'put' | 'read_first' | 'same' | 'older' | 'erased' | 'deleted';

/** What became of an identity at its last delivery. */
export type Outcome = 'created' | 'updated' | 'unchanged' | 'skipped' | 'failed';

/** Why Zoho's refusal or our own rule keeps a row as failed. */
export interface Failure {
  readonly reason: Reason;
  /** Zoho's own code; null where the reason is ours alone. */
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string;
  /** Zoho's answer to this record as JSON text. */
  readonly answer: string | null;
}

/** A refusal of our own making, without an answer of Zoho's. */
export function ownFailure(reason: Reason, message: string, field: string | null = null): Failure {
  return { reason, code: null, field, message, answer: null };
}
