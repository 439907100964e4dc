/**
 * Repeats upserts that got no answer, if the contact cannot be looked up (no COQL, or a refused key). They use
 * the old email and the same `duplicate_check_fields`. The answer names the contact.
 */
import type { Unseen } from '../../../model/contact.ts';
import type { CallFailure, ItemAnswer } from '../../../model/zoho-answer.ts';
import type { LedgerRow } from '../../../store/ledger.ts';
import type { Claim } from '../../../store/outbox/claim.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import { mustLookFirst } from '../../decide/adoption.ts';
import { afterFailure } from '../write/after-failure.ts';
import type { FailedCall } from '../write/after-failure.ts';
import { failuresOf } from '../write/call-zoho.ts';
import { batches } from '../write/batches.ts';
import type { Batch, Outgoing } from '../write/batches.ts';
import type { RoundContext } from '../work/round-context.ts';
import { repeatUnseen } from '../../decide/decide.ts';
import { asDueAsBefore, putOffBy, whenFree } from '../work/give-back.ts';
import { zohoFailure } from '../../decide/judge.ts';
import { mapWork } from '../work/map-work.ts';
import { inTurn } from '../../pace/in-turn.ts';
import { noteFailure } from '../../pace/note-call.ts';
import { batchLimitOf, halved, isTooLate } from '../../pace/pace.ts';
import { storedIdentity } from '../read/read-first.ts';
import { send } from '../write/send.ts';
import type { Answered } from '../write/send.ts';
import { settleWorks } from '../settle/settle-works.ts';
import { letWait } from './let-wait.ts';
import { unmarked } from '../work/work-steps.ts';
import { newWork } from '../work/work.ts';
import { triggerOf } from '../write/write-works.ts';
import type { Work } from '../work/work.ts';
import { failErasures } from './fail-erasures.ts';
import { giveBackDoubted } from './give-back-doubted.ts';
import type { Repeatable } from './resolve.ts';
import { noContact } from './doubt-over.ts';
import type { DoubtOver } from './doubt-over.ts';

export interface ToRepeat {
  readonly row: OutboxRow;
  readonly ledger: LedgerRow | undefined;
  /** Undefined if it cannot be repeated. */
  readonly call: Repeatable | undefined;
  /** Why its contact cannot be looked up. */
  readonly why: Unseen;
}

/**
 * @returns the doubts that are settled; all other rows are released or fail
 */
export async function repeatCalls(
  context: RoundContext,
  claim: Claim,
  toRepeat: readonly ToRepeat[],
): Promise<DoubtOver[]> {
  const erasures = toRepeat.filter(({ row }) => row.kind === 'erase');
  await failErasures(context, claim, erasures);
  const over: DoubtOver[] = [];
  const outgoing: Outgoing<Work>[] = [];
  const waiting: ToRepeat[] = [];
  for (const one of toRepeat.filter(({ row: { kind } }) => kind !== 'erase')) {
    const { row, ledger, call } = one;
    const isGone = row.kind === 'delete' || ledger?.deletedAt != null || ledger?.erasedAt != null;
    const work = isGone ? undefined : await mapWork(context, newWork(row, storedIdentity(row)));
    // A call is not repeated for an identity that should not be in Zoho.
    if (work === undefined || work.when === false) over.push(noContact(row));
    else if (call === undefined || mustLookFirst({ ...work, insists: row.overwrite }, context.rules))
      waiting.push(one);
    else outgoing.push(outgoingOf(context, work, call));
  }
  await letWait(context, claim, waiting);
  const answers = await inTurn(context.connection, batches(outgoing), (batch) =>
    repeat(context, claim, batch),
  );
  return [...over, ...answers.flat()];
}

function outgoingOf(context: RoundContext, work: Work, { email, matchBy }: Repeatable): Outgoing<Work> {
  return {
    item: work,
    plan: repeatUnseen(work, email, matchBy, context.rules),
    trigger: triggerOf(context, work),
    limit: batchLimitOf(work.row),
  };
}

async function repeat(context: RoundContext, claim: Claim, batch: Batch<Work>): Promise<DoubtOver[]> {
  if (context.connection.state.phase === 'paused') {
    const rows = batch.records.map(({ item }) => rowOf(item));
    await giveBackDoubted(context, claim, rows, asDueAsBefore);
    return [];
  }
  const called = await send(context, batch);
  await giveBackDoubted(context, claim, called.others.map(rowOf), whenFree);
  for (const { works, failure } of failuresOf(called)) {
    await afterFailedCall(context, claim, works, failure, called);
  }
  return afterAnswers(context, claim, called.answered);
}

/**
 * Rules 13 and 14 apply to a repeated call too. Rows that fail again and again are narrowed down, so that one
 * bad record does not block others. A row that was claimed only for its doubt is just released.
 */
async function afterFailedCall(
  context: RoundContext,
  claim: Claim,
  works: readonly Work[],
  failure: CallFailure,
  called: FailedCall,
): Promise<void> {
  if (failure.kind === 'aborted') return;
  const asked = works.filter(({ row }) => claim.doubtOnly.has(row.identityId));
  const due = works.filter((work) => !asked.includes(work));
  if (due.length > 0) await afterFailure(context, due, failure, called);
  else if (context.suspects.looksLikeOutage || !asked.some(({ row }) => row.strikes >= 2))
    noteFailure(context, failure, called.startedAt);
  const isDone = failure.kind !== 'not_done' && failure.kind !== 'refused';
  const ids = asked.map(({ row }) => row.identityId);
  if (isDone) context.suspects.add(ids, context.store.world.ticks());
  const left = isDone ? asked : asked.map((work) => unmarked(work, called.call));
  const narrower = failure.kind === 'refused' || failure.kind === 'wrong_length';
  const batchLimit = narrower ? halved(works.length) : undefined;
  await giveBackDoubted(context, claim, left.map(rowOf), () => ({ ...asDueAsBefore(), batchLimit }));
}

async function afterAnswers(
  context: RoundContext,
  claim: Claim,
  answered: readonly Answered[],
): Promise<DoubtOver[]> {
  const later = answered.flatMap(({ work, item }) =>
    item.kind === 'error' && item.error.kind === 'later' ? [{ work, failure: zohoFailure(item.error) }] : [],
  );
  const isOver = ({ work: { row } }: (typeof later)[number]) =>
    !claim.doubtOnly.has(row.identityId) && isTooLate(row.laterSince, context.store.world.now());
  const waiting = later.filter((one) => !isOver(one));
  await giveBackDoubted(
    context,
    claim,
    waiting.map(({ work }) => rowOf(work)),
    putOffBy(context, waiting),
  );
  await settleWorks(
    context,
    later.filter(isOver).map(({ work, failure }) => ({ work, outcome: { is: 'failed', failure } })),
  );
  const waits = new Set(later.map(({ work }) => work));
  return answered.filter(({ work }) => !waits.has(work)).map(verdictOf);
}

/**
 * v8 of Zoho's API names the contact even when it refuses the update because a mandatory field is missing.
 */
function verdictOf({ work, item, plan }: Answered): DoubtOver {
  const id = item.kind === 'done' ? wasMatched(item, plan) : item.error.matchedId;
  if (id === undefined) return noContact(work.row);
  const made = item.kind === 'done' && item.action === 'insert';
  const origin = made ? 'made' : 'found';
  const contact = { id, origin, fields: { Email: plan.fields['Email'] } } as const;
  return { row: work.row, contact, made, ...(item.kind === 'done' && { wrote: Object.keys(plan.fields) }) };
}

/** A contact is not ours if Zoho matched it by a field that we did not ask for (rule 19). */
function wasMatched(
  { contactId, duplicateField }: Extract<ItemAnswer, { kind: 'done' }>,
  plan: Answered['plan'],
): string | undefined {
  const by = plan.do === 'insert' ? plan.matchBy : [];
  return duplicateField === null || by.includes(duplicateField) ? contactId : undefined;
}

function rowOf({ row, marks }: Work): OutboxRow {
  return { ...row, marks: [...marks] };
}
