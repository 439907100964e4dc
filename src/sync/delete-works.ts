/** Deletions of one turn. Zoho keeps what is deleted in its recycle bin for 60 days (Zoho CRM API, "Delete Records"). */
import { afterFailure } from './after-failure.ts';
import type { RoundContext } from './context.ts';
import { asDueAsBefore, giveBack } from './give-back.ts';
import { judgeDeletion } from './judge.ts';
import { noteAnswer } from './note-call.ts';
import { BATCH_AT_MOST, isTooLate, laterMs } from './pace.ts';
import type { Plan } from './plan.ts';
import { settleWorks, skipped } from './settle-works.ts';
import type { Work } from './work.ts';

interface Deletion {
  readonly work: Work;
  readonly plan: Extract<Plan, { do: 'delete' }>;
}

/** @returns nothing: all works are settled or given back */
export async function deleteAll(context: RoundContext, planned: readonly Deletion[]): Promise<Work[]> {
  if (context.connection.state.phase === 'paused') {
    await giveBack(
      context,
      planned.map(({ work }) => work),
      asDueAsBefore,
    );
    return [];
  }
  for (const batch of batchesOf(planned)) await deleteBatch(context, batch);
  return [];
}

function batchesOf(planned: readonly Deletion[]): Deletion[][] {
  const full: Deletion[][] = [];
  let batch: Deletion[] = [];
  let size = 0;
  for (const deletion of planned) {
    if (size + deletion.plan.contactIds.length > BATCH_AT_MOST) {
      full.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(deletion);
    size += deletion.plan.contactIds.length;
  }
  return [...full, batch].filter(({ length }) => length > 0);
}

/** Deleting twice is no harm, so nothing is marked before: what is gone already counts as deleted. */
async function deleteBatch(context: RoundContext, batch: readonly Deletion[]): Promise<void> {
  const startedAt = performance.now();
  const ids = batch.flatMap(({ plan }) => plan.contactIds);
  const { module } = context.mapping;
  const answer = await context.zoho.delete({ module, ids, signal: context.signal });
  if (answer.kind !== 'answered') {
    const works = batch.map(({ work }) => work);
    return afterFailure(context, works, answer, '', startedAt);
  }
  const ms = performance.now() - startedAt;
  context.report({ what: 'batch', operation: 'delete', records: ids.length, ms });
  noteAnswer(context, startedAt);
  const items = new Map(ids.map((id, index) => [id, answer.items[index]]));
  for (const { work, plan } of batch) {
    const verdict = judgeDeletion(plan.contactIds.map((id) => items.get(id)));
    if (verdict.is === 'deleted') {
      await settleWorks(context, [skipped({ ...work, removed: true }, plan.reason)]);
    } else if (verdict.is === 'later' && !isTooLate(work.row.later_since, Date.now())) {
      await giveBack(context, [work], ({ row }) => ({
        dueInMs: laterMs(row.attempts, Math.random()),
        later: true,
      }));
    } else {
      await settleWorks(context, [{ work, outcome: { is: 'failed', failure: verdict.failure } }]);
    }
  }
}
