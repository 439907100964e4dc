import { randomUUID } from 'node:crypto';
import { emailKey } from '../mapping/derived.ts';
import type { ItemAnswer, WriteAnswer } from '../model/zoho-answer.ts';
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

/** Another identity is about to take the same contact, or works under the same email. */
const HELD_BY_OTHERS_MS = 1_000;

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
  const { held, others, ...sent } = await markAndSend(context, batch);
  await giveBack(context, others, () => ({ dueInMs: HELD_BY_OTHERS_MS }));
  if (sent.answer.kind === 'answered') return sent.answered;
  const works = held.map(({ work }) => work);
  if (works.length > 0) await afterFailure(context, works, sent.answer, sent.call, sent.startedAt);
  return [];
}

/** A batch that went out, or as much of it as might. */
export interface SentBatch {
  /** Names the call in the marks. */
  readonly call: string;
  readonly startedAt: number;
  readonly answer: WriteAnswer;
  /** What Zoho answered record by record; empty where it did not. */
  readonly answered: Answered[];
  /** What went out, with the mark of the call. */
  readonly held: readonly Held[];
  /** What did not: another identity holds the email or the contact, or the lease is lost. */
  readonly others: readonly Work[];
}

/** Marks the rows of a batch and calls Zoho. What becomes of rows without an answer of their own is the caller's. */
export async function markAndSend(context: RoundContext, batch: Batch<Work>): Promise<SentBatch> {
  const call = randomUUID();
  const { held, others } = await markAll(context, batch, call);
  const startedAt = performance.now();
  const answer: WriteAnswer =
    held.length === 0 ? { kind: 'answered', items: [] } : await callZoho(context, batch, held);
  const sent = { call, startedAt, answer, answered: [], held, others };
  if (answer.kind !== 'answered' || held.length === 0) return sent;
  context.report({
    what: 'batch',
    operation: batch.operation,
    records: held.length,
    identityIds: held.map(({ work }) => work.row.identity_id),
    ms: performance.now() - startedAt,
  });
  await afterAnswer(context, held, startedAt);
  const answered = held.flatMap(({ work, plan, mark }, index) => {
    const item = answer.items[index];
    return item === undefined ? [] : [{ work: unmarked(work, call), plan, item, mark }];
  });
  return { ...sent, answered };
}

type Held = Omit<Answered, 'item'>;

/** Rule 11: what is about to be sent is written down first. */
async function markAll(
  context: RoundContext,
  batch: Batch<Work>,
  call: string,
): Promise<Pick<SentBatch, 'held' | 'others'>> {
  const marked = batch.records.map(({ item: work, plan }) => {
    const mark = markOf(context, work, plan, call);
    return { work: { ...work, marks: [...withoutCovered(work.marks), mark] }, plan, mark };
  });
  const held = await writeMarks(
    context.store,
    context.token,
    marked.map(({ work }) => ({ identityId: work.row.identity_id, marks: work.marks })),
  );
  return {
    held: marked.filter(({ work }) => held.has(work.row.identity_id)),
    others: batch.records.map(({ item }) => item).filter(({ row }) => !held.has(row.identity_id)),
  };
}

function markOf({ hash }: RoundContext, work: Work, plan: WritePlan, call: string): Mark {
  const mark = { call, fields: Object.keys(plan.fields), ...sentEmail(plan.fields['Email']) };
  if (plan.do === 'update' && work.ledger?.contact_id === plan.contactId) return mark;
  const values = Object.entries(plan.fields).filter(([name]) => name !== 'Email');
  const sent = Object.fromEntries(values.map(([name, value]) => [name, hash.sent(name, value)]));
  if (plan.do === 'insert') return { ...mark, sent, matchBy: [...plan.matchBy] };
  return { ...mark, sent, contact: plan.contactId, ...(work.created && { made: true }) };
}

function sentEmail(email: unknown): Pick<Mark, 'key' | 'email'> {
  if (typeof email !== 'string') return { key: null };
  const key = emailKey(email);
  return { key, ...(key !== email && { email }) };
}

function callZoho(context: RoundContext, batch: Batch<Work>, held: readonly Held[]) {
  const { zoho, mapping, signal } = context;
  const { module } = mapping;
  const { trigger } = batch;
  if (batch.operation !== 'update') {
    const records = held.map(({ plan }) => plan.fields);
    const assignmentRule = mapping.assignmentRule ?? undefined;
    const request = { module, records, trigger, assignmentRule, signal };
    if (batch.operation === 'insert') return zoho.insert(request);
    return zoho.upsert({ ...request, duplicateCheckFields: batch.matchBy });
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
