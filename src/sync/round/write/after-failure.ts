/** Handles the rows of a call that was not answered record by record: rules 11, 13 and 14. */
import type { CallFailure, Refusal, WriteOperation } from '../../../model/zoho-answer.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import { noteAnswer, noteFailure } from '../../pace/note-call.ts';
import { ownFailure } from '../../../model/outcome.ts';
import type { Failure } from '../../../model/outcome.ts';
import { zohoFailure } from '../../decide/judge.ts';
import { halved, isPoison, poisonMs } from '../../pace/pace.ts';
import { settleWorks } from '../settle/settle-works.ts';
import { unmarked } from '../work/work-steps.ts';
import type { Work } from '../work/work.ts';

/** A call that failed. */
export interface FailedCall {
  readonly operation: WriteOperation;
  /** Its id in the marks. They are removed if Zoho surely did nothing. */
  readonly call: string;
  readonly startedAt: number;
}

export async function afterFailure(
  context: RoundContext,
  works: readonly Work[],
  failure: CallFailure,
  { operation, call, startedAt }: FailedCall,
): Promise<void> {
  switch (failure.kind) {
    case 'aborted':
      // The lease is lost, or serve stops and releases all rows. The marks stay in doubt.
      return;
    case 'not_done':
      noteFailure(context, failure, startedAt);
      return giveBack(
        context,
        works.map((work) => unmarked(work, call)),
        asDueAsBefore,
      );
    case 'refused': {
      const unsent = works.map((work) => unmarked(work, call));
      const hasOwnPermission = operation === 'tag';
      return hasOwnPermission
        ? halveOrFail(context, unsent, failureOf(failure))
        : afterRefusal(context, unsent, failure, startedAt);
    }
    case 'wrong_length':
      noteAnswer(context, startedAt, false);
      return halveOrFail(context, works, ownFailure('zoho_error', failure.message));
    case 'in_doubt': {
      const suspicious = works.some(({ row }) => row.strikes >= 2);
      const ids = works.map(({ row }) => row.identityId);
      context.suspects.add(ids, context.store.world.ticks());
      if (!suspicious || context.suspects.looksLikeOutage) noteFailure(context, failure, startedAt);
      if (suspicious) return halveSuspects(context, works);
      return giveBack(context, works, asDueAsBefore);
    }
  }
}

/**
 * Rule 14: a refusal that names no record may be about the call itself. It pauses, and the batch is halved. A
 * record that was sent alone fails only if Zoho has written others since its first refusal.
 */
async function afterRefusal(
  context: RoundContext,
  works: readonly Work[],
  failure: Refusal,
  startedAt: number,
): Promise<void> {
  const [first] = works;
  const ids = works.map(({ row }) => row.identityId);
  if (context.suspects.refused(ids, context.store.world.ticks()) && first !== undefined) {
    noteAnswer(context, startedAt, true);
    const outcome = { is: 'failed', failure: failureOf(failure) } as const;
    return settleWorks(context, [{ work: first, outcome }]);
  }
  noteFailure(context, failure, startedAt);
  const batchLimit = halved(works.length);
  const refused = failureOf(failure);
  await giveBack(context, works, () => ({ ...asDueAsBefore(), batchLimit, refused }));
}

function failureOf({ error, code, message }: Refusal): Failure {
  if (error !== undefined) return zohoFailure(error);
  return { ...ownFailure(`zoho_${code.toLowerCase()}`, message), code };
}

/**
 * Rule 14: a batch with an answer of the wrong length is halved without a pause, and a single record fails. The
 * same holds for refused tags. They have permissions of their own, so their refusal says nothing about other
 * calls.
 */
async function halveOrFail(context: RoundContext, works: readonly Work[], failure: Failure): Promise<void> {
  const [alone] = works;
  if (works.length === 1 && alone !== undefined) {
    return settleWorks(context, [{ work: alone, outcome: { is: 'failed', failure } }]);
  }
  await releaseHalved(context, works);
}

/** Rule 14: rows with strikes are narrowed down without pausing other rows. */
async function halveSuspects(context: RoundContext, works: readonly Work[]): Promise<void> {
  const [alone] = works;
  if (works.length > 1 || alone === undefined) return releaseHalved(context, works);
  if (isPoison(alone.row, context.store.world.now())) {
    const message = 'For over an hour, Zoho has accepted other records but refused this one each time.';
    const failure = ownFailure('zoho_error', message);
    return settleWorks(context, [{ work: alone, outcome: { is: 'failed', failure } }]);
  }
  await giveBack(context, works, ({ row }) => ({ dueInMs: poisonMs(row.strikes), batchLimit: 1 }));
}

async function releaseHalved(context: RoundContext, works: readonly Work[]): Promise<void> {
  const batchLimit = halved(works.length);
  await giveBack(context, works, () => ({ dueInMs: 0, batchLimit }));
}
