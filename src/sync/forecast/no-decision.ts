/**
 * The cases that need no decision: the identity is erased, has failed and stays so, or waits for Zoho. Pure.
 */
import type { ForecastOutcome } from './forecast-outcome.ts';
import type { Subject } from './subject.ts';

/** @param sameContent whether the outbox row has this identity's content under this mapping */
export function standingOf(
  { ledger, row, resend }: Subject,
  sameContent: boolean,
): ForecastOutcome | undefined {
  // No data of an erased identity is taken in (rule 7).
  if (ledger?.erasedAt != null || row?.kind === 'erase') {
    return { would: 'skip', reason: 'erased', contacts: 'leave', contactIds: [] };
  }
  if (row === undefined || row.kind !== 'upsert') return undefined;
  const contactId = ledger?.contactId ?? null;
  if (row.state === 'failed') {
    // Rule 4: other content or another mapping is a new try. Any other retry gets the same answer.
    if (!sameContent) return undefined;
    const { reason, field, message } = row;
    return {
      would: 'fail',
      reason: reason ?? 'zoho_error',
      field,
      message,
      again: resend,
      foreseen: false,
      contactId,
    };
  }
  return row.putOff ? { would: 'wait', contactId, reason: null } : undefined;
}
