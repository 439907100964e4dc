/** Inserts, upserts and updates: marks and sends one batch. */
import { emailKey } from '../../../mapping/derived/derived.ts';
import type { ItemAnswer } from '../../../model/zoho-answer.ts';
import type { Mark } from '../../../store/outbox/row.ts';
import type { Batch } from './batches.ts';
import { callZoho } from './call-zoho.ts';
import type { Called } from './call-zoho.ts';
import type { RoundContext } from '../work/round-context.ts';
import { unmarked } from '../work/work-steps.ts';
import type { WritePlan } from '../../decide/plan.ts';
import type { Planned, Work } from '../work/work.ts';

type Write = Planned<WritePlan>;

/** A record with Zoho's answer. */
export interface Answered extends Write {
  readonly item: ItemAnswer;
  /** The mark of the call. It is already removed from the marks of the work. */
  readonly mark: Mark;
}

/** A batch after its call, as far as it was sent. */
export interface SentBatch extends Called<Write> {
  /** The records with their answers. Empty if Zoho did not answer record by record. */
  readonly answered: readonly Answered[];
}

/** Marks the rows of a batch and calls Zoho. The caller handles rows without an answer of their own. */
export async function send(context: RoundContext, batch: Batch<Work>): Promise<SentBatch> {
  const writes = batch.records.map(({ item: work, plan }) => ({ work, plan }));
  const called = await callZoho<Write>(context, writes, {
    operation: batch.operation,
    mark: ({ work, plan }, call) => markOf(context, work, plan, call),
    send: (marked) => sendRecords(context, batch, marked),
    endsPause: true,
  });
  const { answer, sent, call } = called;
  if (answer.kind !== 'answered' || sent.length === 0) return { ...called, answered: [] };
  const answered = sent.flatMap(({ work, plan }, index) => {
    const item = answer.items[index];
    const mark = work.marks.find((one) => one.call === call);
    return item === undefined || mark === undefined ? [] : [{ work: unmarked(work, call), plan, item, mark }];
  });
  return { ...called, answered };
}

function markOf({ hash }: RoundContext, work: Work, plan: Write['plan'], call: string): Mark {
  const mark = { call, fields: Object.keys(plan.fields), ...sentEmail(plan.fields['Email']) };
  if (plan.do === 'update' && work.ledger?.contactId === plan.contactId) return mark;
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

function sendRecords(context: RoundContext, batch: Batch<Work>, writes: readonly Write[]) {
  const { zoho, mapping, signal } = context;
  const { module } = mapping;
  const { trigger } = batch;
  if (batch.operation !== 'update') {
    const records = writes.map(({ plan }) => plan.fields);
    const assignmentRule = mapping.assignmentRule ?? undefined;
    const request = { module, records, trigger, assignmentRule, signal };
    if (batch.operation === 'insert') return zoho.insert(request);
    return zoho.upsert({ ...request, duplicateCheckFields: batch.matchBy });
  }
  const records = writes.flatMap(({ plan }) =>
    plan.do === 'update' ? [{ ...plan.fields, id: plan.contactId }] : [],
  );
  return zoho.update({ module, records, trigger, signal });
}
