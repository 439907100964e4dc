import type { Failure } from '../model/outcome.ts';

/** A refusal of our own making, without an answer of Zoho's. */
export function ownFailure(reason: Failure['reason'], message: string): Failure {
  return { reason, code: null, field: null, message, answer: null };
}
