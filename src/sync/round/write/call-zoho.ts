/**
 * One writing call to Zoho of any kind: it marks the rows, makes the call and reports it. The caller judges
 * the answers. A new kind of write (a conversion, for example) is described by a `ZohoWrite`.
 */
import type { CallFailure, Refusal, WriteAnswer, WriteOperation } from '../../../model/zoho-answer.ts';
import type { Mark } from '../../../store/outbox/row.ts';
import { strike } from '../../../store/outbox/strike.ts';
import { writeMarks } from '../../../store/outbox/write-marks.ts';
import { afterFailure } from './after-failure.ts';
import type { RoundContext } from '../work/round-context.ts';
import { giveBack, whenFree } from '../work/give-back.ts';
import { withoutCovered } from '../work/marks.ts';
import { noteAnswer } from '../../pace/note-call.ts';
import { withMarks } from '../work/work-steps.ts';
import type { Planned, Work } from '../work/work.ts';

/** The differences between the kinds of writes. */
export interface ZohoWrite<One extends Planned> {
  readonly operation: WriteOperation;
  /**
   * The mark for what the call may leave behind if it gets no answer (rule 11). Null if no mark is needed.
   */
  readonly mark: ((one: One, call: string) => Mark) | null;
  readonly send: (marked: readonly One[]) => Promise<WriteAnswer>;
  /** How many records it writes. The default is one per work. */
  readonly records?: (marked: readonly One[]) => number;
  /**
   * Whether an answer ends a pause and gives strikes, because it shows that Zoho accepts writes. Tags have
   * their own permissions and prove nothing.
   */
  readonly endsPause: boolean;
}

/** The result of a call, as far as it could be made. */
export interface Called<One extends Planned> {
  readonly operation: WriteOperation;
  /** The id of the call in the marks. */
  readonly call: string;
  /** When it began, by `World.ticks`. */
  readonly startedAt: number;
  /** The answers in the order of `sent`, or why there are none. */
  readonly answer: WriteAnswer;
  /** The records that were sent. Their works have the mark of the call. */
  readonly sent: readonly One[];
  /** Sent too, but Zoho's answer to them is about the call. They are not among `sent`. */
  readonly refused?: { readonly sent: readonly One[]; readonly failure: Refusal };
  /** Works that were not sent: another identity holds the email or the contact, or the lease is lost. */
  readonly others: readonly Work[];
}

/** Marks the rows and calls Zoho. The caller handles rows that got no answer of their own. */
export async function callZoho<One extends Planned>(
  context: RoundContext,
  batch: readonly One[],
  write: ZohoWrite<One>,
): Promise<Called<One>> {
  const call = context.store.world.uuid();
  const { sent, others } = await markAll(context, batch, write.mark, call);
  const startedAt = context.store.world.ticks();
  const made = { operation: write.operation, call, startedAt, sent, others };
  if (sent.length === 0) return { ...made, answer: { kind: 'answered', items: [] } };
  const answer = await write.send(sent);
  if (answer.kind === 'answered') {
    context.report({
      what: 'batch',
      operation: write.operation,
      records: write.records?.(sent) ?? sent.length,
      identityIds: sent.map(({ work }) => work.row.identityId),
      ms: context.store.world.ticks() - startedAt,
    });
  }
  const called = withoutRefused({ ...made, answer });
  if (write.endsPause) await noteAnswers(context, called);
  return called;
}

/** An answer ends a pause, and rows get a strike if their batch failed before this call began (rule 14). */
async function noteAnswers<One extends Planned>(
  context: RoundContext,
  { answer, sent, startedAt }: Called<One>,
): Promise<void> {
  if (answer.kind !== 'answered') return;
  const wrote = answer.items.some(({ kind }) => kind === 'done');
  noteAnswer(context, startedAt, wrote);
  const ids = sent.map(({ work }) => work.row.identityId);
  const struck = context.suspects.answered(ids, startedAt, wrote);
  if (struck.length > 0) await strike(context.store, struck);
}

/** Moves the records that wait because Zoho refused the call with them to `refused`. */
function withoutRefused<One extends Planned>(called: Called<One>): Called<One> {
  const { answer, sent } = called;
  if (answer.kind !== 'answered' || answer.refused === undefined) return called;
  const { places, failure } = answer.refused;
  const isOwn = (_: unknown, place: number) => !places.has(place);
  return {
    ...called,
    answer: { kind: 'answered', items: answer.items.filter(isOwn) },
    sent: sent.filter(isOwn),
    refused: { sent: sent.filter((_, place) => places.has(place)), failure },
  };
}

/** Rule 11: the marks are written before anything is sent. */
async function markAll<One extends Planned>(
  { store, token }: RoundContext,
  batch: readonly One[],
  markOf: ZohoWrite<One>['mark'],
  call: string,
): Promise<Pick<Called<One>, 'sent' | 'others'>> {
  if (markOf === null) return { sent: batch, others: [] };
  const marked = batch.map((one) => {
    const marks = [...withoutCovered(one.work.marks), markOf(one, call)];
    return { ...one, work: withMarks(one.work, marks) };
  });
  const rows = marked.map(({ work }) => ({ identityId: work.row.identityId, marks: work.marks }));
  const held = await writeMarks(store, token, rows);
  return {
    sent: marked.filter(({ work }) => held.has(work.row.identityId)),
    others: batch.map(({ work }) => work).filter(({ row }) => !held.has(row.identityId)),
  };
}

/** Works that were not answered record by record are released or fail: rules 11, 13 and 14. */
export async function afterCall<One extends Planned>(
  context: RoundContext,
  called: Called<One>,
): Promise<void> {
  await giveBack(context, called.others, whenFree);
  for (const { works, failure } of failuresOf(called)) await afterFailure(context, works, failure, called);
}

/** The works of a call without an answer of their own, and why. */
export function failuresOf<One extends Planned>({
  answer,
  sent,
  refused,
}: Called<One>): { readonly works: readonly Work[]; readonly failure: CallFailure }[] {
  const failed = [
    ...(answer.kind === 'answered' ? [] : [{ sent, failure: answer }]),
    ...(refused === undefined ? [] : [refused]),
  ];
  return failed.map((one) => ({ works: one.sent.map(({ work }) => work), failure: one.failure }));
}
