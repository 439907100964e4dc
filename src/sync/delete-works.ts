/** Deletions of one turn. Zoho keeps what is deleted in its recycle bin for 60 days (Zoho CRM API, "Delete Records"). */
import { randomUUID } from 'node:crypto';
import { noteErasedContacts } from '../store/erasure.ts';
import type { Store } from '../store/open.ts';
import { writeMarks } from '../store/outbox/write-marks.ts';
import { afterFailure, unmarked } from './after-failure.ts';
import type { RoundContext } from './context.ts';
import { asDueAsBefore, giveBack, givenBackInPause, putOff } from './give-back.ts';
import { judgeDeletion } from './judge.ts';
import { withoutCovered } from './marks.ts';
import { withoutAnothers } from './not-anothers.ts';
import { noteAnswer, noteFailure } from './note-call.ts';
import { BATCH_AT_MOST, isTooLate } from './pace.ts';
import type { Plan } from './plan.ts';
import { settleWorks, skipped } from './settle-works.ts';
import { withWhatIsThere } from './still-there.ts';
import type { Work } from './work.ts';

interface Deletion {
  readonly work: Work;
  readonly plan: Extract<Plan, { do: 'delete' }>;
}

/** @returns nothing: all works are settled or given back */
export async function deleteAll(context: RoundContext, planned: readonly Deletion[]): Promise<Work[]> {
  if (await givenBackInPause(context, planned)) return [];
  for (const batch of batchesOf(await withoutAnothers(context, planned))) {
    const call = randomUUID();
    await deleteBatch(context, await markAll(context, batch, call), call);
  }
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

/**
 * Rule 11: of a contact that may be deleted no field is as it was sent. So an identity that is back before this is known
 * is not taken for unchanged. Rows whose lease is lost are left out.
 */
async function markAll(context: RoundContext, batch: readonly Deletion[], call: string): Promise<Deletion[]> {
  const { mapping, oryIdField, store, token } = context;
  const mark = { call, fields: mapping.fieldNames.filter((name) => name !== oryIdField), key: null };
  const marked = batch.map(({ work, plan }) => ({
    work: { ...work, marks: [...withoutCovered(work.marks), mark] },
    plan,
  }));
  const rows = marked.map(({ work }) => ({ identityId: work.row.identity_id, marks: work.marks }));
  const held = await writeMarks(store, token, rows);
  const deletions = marked.filter(({ work }) => held.has(work.row.identity_id));
  await noteErasures(store, deletions);
  return deletions;
}

function noteErasures(store: Store, deletions: readonly Deletion[]): Promise<void> {
  const erasures = deletions.filter(({ plan }) => plan.reason === 'erased');
  return noteErasedContacts(
    store,
    erasures.map(({ work, plan }) => ({ identityId: work.row.identity_id, contactIds: plan.contactIds })),
  );
}

/** Deleting twice is no harm: what is gone already counts as deleted. */
async function deleteBatch(context: RoundContext, batch: readonly Deletion[], call: string): Promise<void> {
  if (batch.length === 0) return;
  const startedAt = performance.now();
  const ids = batch.flatMap(({ plan }) => plan.contactIds);
  const { module } = context.mapping;
  const answer = await context.zoho.delete({ module, ids, signal: context.signal });
  if (answer.kind !== 'answered') {
    const works = batch.map(({ work }) => work);
    return afterFailure(context, works, answer, call, startedAt);
  }
  const ms = performance.now() - startedAt;
  const identityIds = batch.map(({ work }) => work.row.identity_id);
  context.report({ what: 'batch', operation: 'delete', records: ids.length, identityIds, ms });
  noteAnswer(context, startedAt);
  const seen = await withWhatIsThere(context, new Map(ids.map((id, index) => [id, answer.items[index]])));
  if (seen.kind !== 'seen') {
    noteFailure(context, seen, startedAt);
    const works = batch.map(({ work }) => work);
    if (seen.kind !== 'aborted') await giveBack(context, works, asDueAsBefore);
    return;
  }
  const { items } = seen;
  for (const { work: sent, plan } of batch) {
    const verdict = judgeDeletion(plan.contactIds.map((id) => items.get(id)));
    // Of several contacts some may be deleted all the same.
    const work = plan.contactIds.length > 1 ? sent : unmarked(sent, call);
    if (verdict.is === 'deleted') {
      await settleWorks(context, [skipped({ ...work, removed: true }, plan.reason)]);
    } else if (verdict.is === 'later' && !isTooLate(work.row.later_since, Date.now())) {
      await putOff(context, [{ work, failure: verdict.failure }]);
    } else {
      await settleWorks(context, [{ work, outcome: { is: 'failed', failure: verdict.failure } }]);
    }
  }
}
