import { leftOutOf, refusedField } from '../../../model/incomplete.ts';
import type { Failure, Outcome, Reason } from '../../../model/outcome.ts';
import { settle } from '../../../store/outbox/settle/settle.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { Delivered, Settlement } from '../../../store/outbox/settle/settlement.ts';
import type { RoundContext } from '../work/round-context.ts';
import { emailHash } from '../work/email-hash.ts';
import { incompleteOf, originOf, refusedOf, rememberedOf, withDoubted } from './remember.ts';
import { notTakingOver } from '../work/work-steps.ts';
import { keepsFields } from '../work/work.ts';
import type { Owed, Work } from '../work/work.ts';

/** The outcome of a delivery for one work. */
export type WorkOutcome =
  | { readonly is: 'delivered' }
  | { readonly is: 'skipped'; readonly reason: Reason }
  | {
      readonly is: 'failed';
      readonly failure: Failure;
      /** The identity that has the value or contact that this one needs (rules 20 and 21). */
      readonly waitsFor?: string;
    };

export interface Finished {
  readonly work: Work;
  readonly outcome: WorkOutcome;
}

export function delivered(work: Work): Finished {
  return { work, outcome: work.owes === null ? { is: 'delivered' } : failed(work.owes) };
}

export function failed({ failure, waitsFor }: Owed): WorkOutcome {
  return { is: 'failed', failure, ...(waitsFor !== undefined && { waitsFor }) };
}

/** @param matchId a contact that was found and is not taken over */
export function skipped(work: Work, reason: Reason, matchId?: string): Finished {
  return { work: notTakingOver(work, matchId), outcome: { is: 'skipped', reason } };
}

/** Settles works in one transaction and reports each. */
export async function settleWorks(context: RoundContext, finished: readonly Finished[]): Promise<void> {
  if (finished.length === 0) return;
  const settlements = finished.map((one) => settlementOf(context, one));
  const results = await settle(context.store, context.token, settlements, {
    adminReads: context.ory !== undefined,
  });
  for (const [index, { work }] of finished.entries()) {
    const settlement = settlements[index];
    const result = results.get(work.row.identityId);
    if (settlement === undefined || result === undefined) continue;
    if (result === 'lost') {
      const warning = 'The lease was lost before the outcome could be written.';
      context.report({ what: 'warning', identityId: work.row.identityId, warning });
      continue;
    }
    if (result === 'waits') {
      const warning = `Zoho has written to contact ${work.contactId}, which has this email and belongs to another identity. That identity gets its values back, and this one waits.`;
      context.report({ what: 'warning', identityId: work.row.identityId, warning });
      continue;
    }
    reportSettled(context, work, settlement, result === 'email_taken');
  }
}

function settlementOf(context: RoundContext, { work, outcome }: Finished): Settlement {
  const row = settledRow(context, work);
  switch (outcome.is) {
    case 'skipped':
      return {
        row,
        delivered: { ...skippedOf(context, work, outcome.reason), matched: work.matchId ?? null },
        outcome: 'skipped',
        reason: outcome.reason,
      };
    case 'failed': {
      const { failure, waitsFor } = outcome;
      return {
        row,
        delivered: deliveredOf(context, work, false),
        outcome: 'failed',
        failure,
        marks: work.marks,
        ...(waitsFor !== undefined && { waitsFor }),
      };
    }
    case 'delivered':
      return { row, delivered: deliveredOf(context, work, true), outcome: deliveredOutcome(work) };
  }
}

/**
 * A contact that an older mapping made, or that was not looked at, stays recorded under that mapping (rule
 * 25).
 */
function settledRow({ mapping }: RoundContext, work: Work): OutboxRow {
  const { row } = work;
  return row.idOnly && !keepsFields(work) ? { ...row, idOnly: false, mappingHash: mapping.hash } : row;
}

function deliveredOutcome(work: Work): 'created' | 'updated' | 'unchanged' {
  if (work.created) return 'created';
  return Object.keys(work.written).length > 0 ? 'updated' : 'unchanged';
}

/**
 * @param complete whether all values were written; if the work failed, only the written ones are known to be
 * in Zoho
 */
function deliveredOf(context: RoundContext, work: Work, complete: boolean): Delivered {
  const found = work.fresh ? { deleted: false } : {};
  // If the contact of the link is gone, a failed row keeps the link. The next try finds out again.
  if (work.contactId === null) return found;
  const remembered = rememberedOf(context, work, complete);
  return {
    ...found,
    contactId: work.contactId,
    ...emailOf(context, work, complete),
    ...remembered,
    incomplete: incompleteOf(context, work, remembered.sent),
    refused: refusedOf(context, work),
    origin: originOf(work),
    tags: work.tagged,
    wrote: Object.keys(work.written),
  };
}

function skippedOf(context: RoundContext, work: Work, reason: Reason): Delivered {
  if (reason === 'erased') return { contactId: null, erased: true };
  const deleted = reason === 'deleted' ? { deleted: true } : work.fresh ? { deleted: false } : {};
  if (work.removed) return { ...deleted, contactId: null };
  // It may have no contact because its email does not fit.
  const incomplete = reason === 'no_email' ? incompleteOf(context, work) : [];
  if (work.contactId === null) return { ...deleted, incomplete };
  if (reason !== 'when') {
    const sent = withDoubted(context, work, work.ledger?.sent ?? {});
    return { ...deleted, contactId: work.contactId, sent, tags: work.tagged };
  }
  const remembered = rememberedOf(context, work, true);
  return {
    ...deleted,
    ...remembered,
    incomplete: incompleteOf(context, work, remembered.sent),
    contactId: work.contactId,
    tags: work.tagged,
  };
}

/** The email is known only if everything was written, or the email was. */
function emailOf({ store }: RoundContext, work: Work, complete: boolean): Pick<Delivered, 'emailHash'> {
  const { emailKey, written, when } = work;
  if (keepsFields(work)) return {};
  if (when !== true || (!complete && written['Email'] === undefined)) return {};
  return { emailHash: emailKey === null ? null : emailHash(store.hmac, emailKey) };
}

function reportSettled(context: RoundContext, work: Work, settlement: Settlement, taken: boolean): void {
  const outcome: Outcome = taken ? 'failed' : settlement.outcome;
  const failure = settlement.outcome === 'failed' ? settlement.failure : null;
  const skipped = settlement.outcome === 'skipped' ? settlement.reason : null;
  const incomplete = [
    ...[...work.refusedNow.keys()].map(refusedField),
    ...(settlement.delivered.incomplete ?? []),
  ];
  context.report({
    what: 'settled',
    identityId: work.row.identityId,
    event: work.row.event,
    outcome,
    reason: taken ? 'email_taken' : (failure?.reason ?? skipped),
    contactId: settlement.delivered.contactId ?? work.ledger?.contactId ?? work.matchId ?? null,
    fields: Object.keys(work.written),
    leftOut: leftOutOf(incomplete),
    incomplete,
    latencyMs: Math.max(0, context.store.world.now() - work.row.putAt),
    failure,
  });
}
