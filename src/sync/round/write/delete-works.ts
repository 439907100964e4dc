/**
 * The deletions of one turn. Zoho keeps deleted records in its recycle bin for 60 days (Zoho CRM API, "Delete
 * Records").
 */
import type { ItemAnswer } from '../../../model/zoho-answer.ts';
import { noteErasedContacts } from '../../../store/erasure.ts';
import type { Store } from '../../../store/open.ts';
import { afterCall, callZoho } from './call-zoho.ts';
import type { Called } from './call-zoho.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore, giveBack, givenBackInPause } from '../work/give-back.ts';
import { judgeDeletion } from '../../decide/judge.ts';
import { withoutAnothers } from './not-anothers.ts';
import { noteFailure } from '../../pace/note-call.ts';
import { BATCH_AT_MOST, batchLimitOf } from '../../pace/pace.ts';
import { skipped } from '../settle/settle-works.ts';
import { Sorted } from '../settle/sorted.ts';
import { withWhatIsThere } from './still-there.ts';
import { removed, unmarked } from '../work/work-steps.ts';
import type { PlanTo } from '../../decide/plan.ts';
import type { Planned, Work } from '../work/work.ts';

type Deletion = Planned<PlanTo<'delete'>>;

/** @returns no works: all are settled or released */
export async function deleteAll(context: RoundContext, planned: readonly Deletion[]): Promise<Work[]> {
  if (await givenBackInPause(context, planned)) return [];
  for (const batch of batchesOf(await withoutAnothers(context, planned))) await deleteBatch(context, batch);
  return [];
}

/** Batches of at most 100 contacts, with as few identities as they must have (rule 14). */
function batchesOf(planned: readonly Deletion[]): Deletion[][] {
  const groups = Map.groupBy(planned, ({ work }) => batchLimitOf(work.row));
  return [...groups].flatMap(([limit, group]) => split(group, limit));
}

function split(planned: readonly Deletion[], limit: number): Deletion[][] {
  const full: Deletion[][] = [];
  let batch: Deletion[] = [];
  for (const deletion of planned) {
    const contacts = idsOf(batch).length + deletion.plan.contactIds.length;
    if (batch.length >= limit || contacts > BATCH_AT_MOST) {
      full.push(batch);
      batch = [];
    }
    batch.push(deletion);
  }
  return [...full, batch].filter(({ length }) => length > 0);
}

/** Deleting twice does no harm: a contact that is already gone counts as deleted. */
async function deleteBatch(context: RoundContext, batch: readonly Deletion[]): Promise<void> {
  if (await givenBackInPause(context, batch)) return;
  const { zoho, mapping, oryIdField, store, signal } = context;
  // Rule 11: if the contact may be deleted, none of its fields counts as sent. So an identity that returns
  // before the answer is known does not count as unchanged.
  const fields = mapping.fieldNames.filter((name) => name !== oryIdField);
  const called = await callZoho(context, batch, {
    operation: 'delete',
    mark: (_, call) => ({ call, fields, key: null }),
    send: async (marked) => {
      await noteErasures(store, marked);
      return zoho.delete({ module: mapping.module, ids: idsOf(marked), signal });
    },
    records: (marked) => idsOf(marked).length,
    endsPause: true,
  });
  await afterCall(context, called);
  if (called.answer.kind === 'answered') await afterAnswers(context, called, called.answer.items);
}

function idsOf(deletions: readonly Deletion[]): string[] {
  return deletions.flatMap(({ plan }) => plan.contactIds);
}

function noteErasures(store: Store, deletions: readonly Deletion[]): Promise<void> {
  const erasures = deletions.filter(({ plan }) => plan.reason === 'erased');
  return noteErasedContacts(
    store,
    erasures.map(({ work, plan }) => ({ identityId: work.row.identityId, contactIds: plan.contactIds })),
  );
}

async function afterAnswers(
  context: RoundContext,
  { sent, call, startedAt }: Called<Deletion>,
  answers: readonly ItemAnswer[],
): Promise<void> {
  const seen = await withWhatIsThere(context, new Map(idsOf(sent).map((id, index) => [id, answers[index]])));
  if (seen.kind !== 'seen') {
    noteFailure(context, seen, startedAt);
    const works = sent.map(({ work }) => work);
    if (seen.kind !== 'aborted') await giveBack(context, works, asDueAsBefore);
    return;
  }
  const sorted = new Sorted(context);
  for (const { work: marked, plan } of sent) {
    const verdict = judgeDeletion(plan.contactIds.map((id) => seen.items.get(id)));
    // If one of several contacts could not be deleted, others may still be gone.
    const work = plan.contactIds.length > 1 ? marked : unmarked(marked, call);
    if (verdict.is === 'deleted') sorted.finished.push(skipped(removed(work), plan.reason));
    else if (verdict.is === 'later') sorted.putOff(work, verdict.failure);
    else sorted.fail(work, verdict.failure);
  }
  await sorted.carryOut(context);
}
