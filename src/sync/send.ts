import { randomUUID } from 'node:crypto';
import type { ItemAnswer } from '../model/zoho-answer.ts';
import type { Mark } from '../store/outbox/row.ts';
import { strike } from '../store/outbox/strike.ts';
import { writeMarks } from '../store/outbox/write-marks.ts';
import { afterFailure, unmarked } from './after-failure.ts';
import { giveBack } from './give-back.ts';
import { withoutCovered } from './marks.ts';
import type { Batch } from './batches.ts';
import type { RoundContext } from './context.ts';
import type { WritePlan } from './judge.ts';
import { noteAnswer } from './note-call.ts';
import type { Work } from './work.ts';

/** A record that Zoho answered. */
export interface Answered {
  readonly work: Work;
  readonly plan: WritePlan;
  readonly item: ItemAnswer;
  /** What the call was marked with; no more among the work's marks. */
  readonly mark: Mark;
}

/**
 * Sends one batch: marks its rows, calls Zoho, and gives back what Zoho answered record by record. Where there is no
 * such answer the rows are released here, by rules 11, 13 and 14.
 */
export async function sendBatch(context: RoundContext, batch: Batch<Work>): Promise<Answered[]> {
  const call = randomUUID();
  const held = await markAll(context, batch, call);
  if (held.length === 0) return [];
  const startedAt = performance.now();
  const answer = await callZoho(context, batch, held);
  if (answer.kind !== 'answered') {
    const works = held.map(({ work }) => work);
    await afterFailure(context, works, answer, call, startedAt);
    return [];
  }
  context.report({
    what: 'batch',
    operation: batch.operation,
    records: held.length,
    identityIds: held.map(({ work }) => work.row.identity_id),
    ms: performance.now() - startedAt,
  });
  await afterAnswer(context, held, startedAt);
  return held.flatMap(({ work, plan, mark }, index) => {
    const item = answer.items[index];
    return item === undefined ? [] : [{ work: unmarked(work, call), plan, item, mark }];
  });
}

type Held = Omit<Answered, 'item'>;

/** Rule 11: what is about to be sent is written down first. Rows whose lease is lost are left out. */
async function markAll(context: RoundContext, batch: Batch<Work>, call: string): Promise<Held[]> {
  const marked = batch.records.map(({ item: work, plan }) => {
    const mark = markOf(work, plan, call);
    return { work: { ...work, marks: [...withoutCovered(work.marks), mark] }, plan, mark };
  });
  const held = await writeMarks(
    context.store,
    context.token,
    marked.map(({ work }) => ({ identityId: work.row.identity_id, marks: work.marks })),
  );
  // Another identity is about to take the contact it found; those whose lease is lost are nobody's to give back.
  const others = batch.records.map(({ item }) => item).filter(({ row }) => !held.has(row.identity_id));
  await giveBack(context, others, () => ({ dueInMs: 1_000 }));
  return marked.filter(({ work }) => held.has(work.row.identity_id));
}

function markOf(work: Work, plan: WritePlan, call: string): Mark {
  const fields = Object.keys(plan.fields);
  if (plan.do === 'update') {
    const adopts = work.ledger?.contact_id !== plan.contactId;
    return { call, fields, key: null, ...(adopts && { contact: plan.contactId }) };
  }
  const email = plan.fields['Email'];
  return { call, fields, key: typeof email === 'string' ? email : null };
}

function callZoho(context: RoundContext, batch: Batch<Work>, held: readonly Held[]) {
  const { zoho, mapping, signal } = context;
  const { module } = mapping;
  const { trigger } = batch;
  if (batch.operation === 'upsert') {
    const records = held.map(({ plan }) => plan.fields);
    const assignmentRule = mapping.assignmentRule ?? undefined;
    return zoho.upsert({
      module,
      records,
      duplicateCheckFields: batch.matchBy,
      trigger,
      assignmentRule,
      signal,
    });
  }
  const records = held.flatMap(({ plan }) =>
    plan.do === 'update' ? [{ ...plan.fields, id: plan.contactId }] : [],
  );
  return zoho.update({ module, records, trigger, signal });
}

/** Zoho is well: a pause ends, and rows of batches that failed before this one began get their strike. */
async function afterAnswer(context: RoundContext, held: readonly Held[], startedAt: number): Promise<void> {
  noteAnswer(context, startedAt);
  const ids = held.map(({ work }) => work.row.identity_id);
  const struck = context.suspects.answered(ids, startedAt);
  if (struck.length > 0) await strike(context.store, struck);
}
