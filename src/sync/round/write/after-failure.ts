/** Handles the rows of a call that was not answered record by record: rules 11, 13 and 14. */
import type { CallFailure } from '../../../model/zoho-answer.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import { noteAnswer, noteFailure } from '../../pace/note-call.ts';
import { ownFailure } from '../../../model/outcome.ts';
import { halved, isPoison, poisonMs } from '../../pace/pace.ts';
import { settleWorks } from '../settle/settle-works.ts';
import { unmarked } from '../work/work-steps.ts';
import type { Work } from '../work/work.ts';

/** @param call the call whose marks are removed if Zoho surely did nothing */
export async function afterFailure(
  context: RoundContext,
  works: readonly Work[],
  failure: CallFailure,
  call: string,
  startedAt: number,
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
    case 'refused':
      noteAnswer(context, startedAt);
      return halveOrFail(
        context,
        works.map((work) => unmarked(work, call)),
        failure,
      );
    case 'wrong_length':
      noteAnswer(context, startedAt);
      return halveOrFail(context, works, failure);
    case 'in_doubt': {
      const suspicious = works.some(({ row }) => row.strikes >= 2);
      const ids = works.map(({ row }) => row.identityId);
      context.suspects.add(ids, performance.now());
      if (suspicious) return halveSuspects(context, works);
      noteFailure(context, failure, startedAt);
      return giveBack(context, works, asDueAsBefore);
    }
  }
}

/**
 * Rule 14: a batch that Zoho refuses as a whole is halved. For a single record, the refusal is its answer.
 */
async function halveOrFail(
  context: RoundContext,
  works: readonly Work[],
  failure: Extract<CallFailure, { kind: 'refused' | 'wrong_length' }>,
): Promise<void> {
  const [alone] = works;
  if (works.length === 1 && alone !== undefined) {
    const code = failure.kind === 'refused' ? failure.code : null;
    const reason = code === null ? 'zoho_error' : (`zoho_${code.toLowerCase()}` as const);
    const outcome = { is: 'failed', failure: { ...ownFailure(reason, failure.message), code } } as const;
    return settleWorks(context, [{ work: alone, outcome }]);
  }
  await releaseHalved(context, works);
}

/** Rule 14: rows with strikes are narrowed down without pausing other rows. */
async function halveSuspects(context: RoundContext, works: readonly Work[]): Promise<void> {
  const [alone] = works;
  if (works.length > 1 || alone === undefined) return releaseHalved(context, works);
  if (isPoison(alone.row, Date.now())) {
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
