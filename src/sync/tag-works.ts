/** Tags of one turn: put on contacts and taken off them. */
import { randomUUID } from 'node:crypto';
import { pauseBy } from '../model/pause.ts';
import type { CallFailure, WriteAnswer } from '../model/zoho-answer.ts';
import { afterFailure, unmarked } from './after-failure.ts';
import { putOff } from './give-back.ts';
import { BATCH_AT_MOST, isTooLate } from './pace.ts';
import type { RoundContext } from './context.ts';
import { zohoFailure } from './judge.ts';
import { withoutCovered } from './marks.ts';
import type { Plan } from './plan.ts';
import { settleWorks } from './settle-works.ts';
import { tagMark, withoutTagMarks } from './tag-marks.ts';
import { writeMarks } from '../store/outbox/write-marks.ts';
import type { Work } from './work.ts';

interface Tagging {
  readonly work: Work;
  readonly plan: Extract<Plan, { do: 'tag' }>;
}

/** @returns the works that go on, tagged or not; all others are settled or given back */
export async function tagAll(context: RoundContext, planned: readonly Tagging[]): Promise<Work[]> {
  const groups = Map.groupBy(planned, ({ plan }) => JSON.stringify([plan.add, plan.remove]));
  const again = await Promise.all([...groups.values()].map((group) => tagGroup(context, group)));
  return again.flat();
}

/** Taggings that all say the same. */
async function tagGroup(context: RoundContext, group: readonly Tagging[]): Promise<Work[]> {
  const batch = group.slice(0, BATCH_AT_MOST);
  const [first] = batch;
  if (first === undefined) return [];
  const { add, remove } = first.plan;
  const added = add.length === 0 ? batch : await putOn(context, batch, add);
  const gone = added.filter(({ work }) => work.contactId === null);
  const there = added.filter(({ work }) => work.contactId !== null);
  const done = remove.length === 0 ? there : await call(context, there, 'removeTags', remove, '');
  return [
    ...[...done, ...gone].map(({ work }) => work),
    ...(await tagGroup(context, group.slice(BATCH_AT_MOST))),
  ];
}

/** Rule 11: a tag that may be on is to come off when the identity is back. Rows whose lease is lost are left out. */
async function putOn(
  context: RoundContext,
  batch: readonly Tagging[],
  tags: readonly string[],
): Promise<Tagging[]> {
  const name = randomUUID();
  const marked = batch.map(({ work, plan }) => ({
    work: { ...work, marks: [...withoutCovered(work.marks), tagMark(name, tags)] },
    plan,
  }));
  const held = await writeMarks(
    context.store,
    context.token,
    marked.map(({ work }) => ({ identityId: work.row.identity_id, marks: work.marks })),
  );
  const holding = marked.filter(({ work }) => held.has(work.row.identity_id));
  return call(context, holding, 'addTags', tags, name);
}

/**
 * @param mark names the call's marks, which go once it is answered
 * @returns what goes on: with its tags, or marked as one that cannot be tagged
 */
async function call(
  context: RoundContext,
  batch: readonly Tagging[],
  operation: 'addTags' | 'removeTags',
  tags: readonly string[],
  mark: string,
): Promise<Tagging[]> {
  if (batch.length === 0) return [];
  const startedAt = performance.now();
  const ids = batch.map(({ plan }) => plan.contactId);
  const { module } = context.mapping;
  const answer = await context.zoho[operation]({ module, tags, ids, signal: context.signal });
  if (answer.kind !== 'answered') return afterTagFailure(context, batch, tags, answer, startedAt, mark);
  const ms = performance.now() - startedAt;
  const identityIds = batch.map(({ work }) => work.row.identity_id);
  context.report({ what: 'batch', operation: 'tag', records: batch.length, identityIds, ms });
  const taggings = await Promise.all(
    batch.map(({ work, plan }, index) => {
      const tagging = { work: unmarked(work, mark), plan };
      return afterAnswer(context, tagging, answer.items[index], operation, tags);
    }),
  );
  return taggings.flat();
}

async function afterAnswer(
  context: RoundContext,
  { work, plan }: Tagging,
  item: Extract<WriteAnswer, { kind: 'answered' }>['items'][number] | undefined,
  operation: 'addTags' | 'removeTags',
  tags: readonly string[],
): Promise<Tagging[]> {
  if (item?.kind === 'done') {
    const others = work.tagged.filter((tag) => !tags.includes(tag));
    if (operation === 'addTags') return [{ work: { ...work, tagged: [...others, ...tags] }, plan }];
    return [{ work: { ...work, tagged: others, marks: withoutTagMarks(work.marks, tags) }, plan }];
  }
  if (item?.error.kind === 'gone' && !work.linkGone) {
    return [{ work: { ...work, contactId: null, linkGone: true, tagged: [], found: undefined }, plan }];
  }
  // An identity that only the tag is to tell apart has not been delivered without it.
  if (item !== undefined && (work.gone || work.when === false)) {
    if (item.error.kind === 'later' && !isTooLate(work.row.later_since, Date.now())) {
      await putOff(context, [{ work, failure: zohoFailure(item.error) }]);
      return [];
    }
    await settleWorks(context, [{ work, outcome: { is: 'failed', failure: zohoFailure(item.error) } }]);
    return [];
  }
  return [{ work: withoutTags(context, work, tags, item?.error.message ?? 'no answer'), plan }];
}

/** A contact without its tags is better than none: what only tags would need pauses nobody. */
async function afterTagFailure(
  context: RoundContext,
  batch: readonly Tagging[],
  tags: readonly string[],
  failure: CallFailure,
  startedAt: number,
  mark: string,
): Promise<Tagging[]> {
  const parted = batch.filter(({ work }) => work.gone || work.when === false);
  const forbidden =
    failure.kind === 'refused' ||
    failure.kind === 'wrong_length' ||
    (failure.kind === 'not_done' && pauseBy(failure.pause).cause === 'operation');
  const waiting = forbidden ? parted : batch;
  if (waiting.length > 0) {
    const works = waiting.map(({ work }) => work);
    await afterFailure(context, works, failure, mark, startedAt);
  }
  return batch
    .filter((tagging) => !waiting.includes(tagging))
    .map(({ work, plan }) => ({
      work: withoutTags(context, unmarked(work, mark), tags, failure.message),
      plan,
    }));
}

function withoutTags(context: RoundContext, work: Work, tags: readonly string[], message: string): Work {
  const tagsRefused = `Zoho did not take the tags ${tags.join(', ')}: ${message}`;
  context.report({ what: 'warning', identityId: work.row.identity_id, warning: tagsRefused });
  return { ...work, tagsRefused };
}
