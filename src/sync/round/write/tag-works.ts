/** The tags of one turn, added to contacts or removed from them. */
import { pauseBy } from '../../../model/pause.ts';
import type { CallFailure, ItemAnswer } from '../../../model/zoho-answer.ts';
import { afterFailure } from './after-failure.ts';
import { callZoho } from './call-zoho.ts';
import type { Called } from './call-zoho.ts';
import type { RoundContext } from '../work/round-context.ts';
import { giveBack, givenBackInPause, whenFree } from '../work/give-back.ts';
import { zohoFailure } from '../../decide/judge.ts';
import { inTurn } from '../../pace/in-turn.ts';
import { batchLimitOf } from '../../pace/pace.ts';
import { Sorted } from '../settle/sorted.ts';
import { tagMark, withoutTagMarks } from './tag-marks.ts';
import { tagged, unmarked, untagged, withMarks, withoutLink, withoutTags } from '../work/work-steps.ts';
import type { PlanTo } from '../../decide/plan.ts';
import type { Planned, Work } from '../work/work.ts';

type Tagging = Planned<PlanTo<'tag'>>;

/** One call that adds or removes tags. */
interface TagCall {
  readonly operation: 'addTags' | 'removeTags';
  readonly tags: readonly string[];
}

/** @returns the works that continue, tagged or not; all others are settled or released */
export async function tagAll(context: RoundContext, planned: readonly Tagging[]): Promise<Work[]> {
  const groups = Map.groupBy(planned, ({ work, plan }) =>
    JSON.stringify([plan.add, plan.remove, batchLimitOf(work.row)]),
  );
  const again = await inTurn(context.connection, [...groups.values()], (group) => tagGroup(context, group));
  return again.flat();
}

/** Handles taggings that are all the same, in batches as small as they must be (rule 14). */
async function tagGroup(context: RoundContext, group: readonly Tagging[]): Promise<Work[]> {
  const [first] = group;
  if (first === undefined || (await givenBackInPause(context, group))) return [];
  const size = batchLimitOf(first.work.row);
  const batch = group.slice(0, size);
  const { add, remove } = first.plan;
  const added = await callFor(context, batch, { operation: 'addTags', tags: add });
  const gone = added.filter(({ work }) => work.contactId === null);
  const there = added.filter(({ work }) => work.contactId !== null);
  const done = await callFor(context, there, { operation: 'removeTags', tags: remove });
  return [...[...done, ...gone].map(({ work }) => work), ...(await tagGroup(context, group.slice(size)))];
}

/**
 * Rule 11: a tag that may be on the contact must be removed when the identity returns. So a call that adds
 * tags is marked.
 * @returns the works that continue: tagged, or with the reason why they are not
 */
async function callFor(
  context: RoundContext,
  batch: readonly Tagging[],
  call: TagCall,
): Promise<readonly Tagging[]> {
  const { operation, tags } = call;
  if (batch.length === 0 || tags.length === 0) return batch;
  const { zoho, mapping, signal } = context;
  const called = await callZoho(context, batch, {
    operation: 'tag',
    mark: operation === 'addTags' ? (_, name) => tagMark(name, tags) : null,
    send: (marked) =>
      zoho[operation]({
        module: mapping.module,
        tags,
        ids: marked.map(({ plan }) => plan.contactId),
        signal,
      }),
    endsPause: false,
  });
  await giveBack(context, called.others, whenFree);
  const { answer } = called;
  if (answer.kind !== 'answered') return afterTagFailure(context, called, tags, answer);
  const sorted = new Sorted(context);
  const goingOn = called.sent.flatMap(({ work, plan }, index) => {
    const item = answer.items[index];
    const next = afterAnswer(context, sorted, unmarked(work, called.call), item, call);
    return next === undefined ? [] : [{ work: next, plan }];
  });
  await sorted.carryOut(context);
  return goingOn;
}

/** @returns the work if it continues; undefined if it is settled or put off */
function afterAnswer(
  context: RoundContext,
  sorted: Sorted,
  work: Work,
  item: ItemAnswer | undefined,
  { operation, tags }: TagCall,
): Work | undefined {
  if (item?.kind === 'done') {
    if (operation === 'addTags') return tagged(work, tags);
    return withMarks(untagged(work, tags), withoutTagMarks(work.marks, tags));
  }
  if (item?.error.kind === 'gone' && !work.linkGone) return withoutLink(work);
  if (item === undefined || !isParted(work)) {
    return goingWithout(context, work, tags, item?.error.message ?? 'no answer');
  }
  const failure = zohoFailure(item.error);
  if (item.error.kind === 'later') sorted.putOff(work, failure);
  else sorted.fail(work, failure);
  return undefined;
}

/**
 * For a gone or excluded identity, the tag is the whole delivery. Without it, the identity is not delivered.
 */
function isParted({ gone, when }: Work): boolean {
  return gone || when === false;
}

/**
 * A contact without its tags is better than no contact. If only the permission for tags is missing, nothing
 * else is paused.
 */
async function afterTagFailure(
  context: RoundContext,
  called: Called<Tagging>,
  tags: readonly string[],
  failure: CallFailure,
): Promise<Tagging[]> {
  const { sent, call } = called;
  const forbidden =
    failure.kind === 'refused' ||
    failure.kind === 'wrong_length' ||
    (failure.kind === 'not_done' && pauseBy(failure.pause).cause === 'operation');
  const waiting = forbidden ? sent.filter(({ work }) => isParted(work)) : sent;
  if (waiting.length > 0) {
    const works = waiting.map(({ work }) => work);
    await afterFailure(context, works, failure, called);
  }
  return sent
    .filter((tagging) => !waiting.includes(tagging))
    .map(({ work, plan }) => ({
      work: goingWithout(context, unmarked(work, call), tags, failure.message),
      plan,
    }));
}

function goingWithout(context: RoundContext, work: Work, tags: readonly string[], message: string): Work {
  const warning = `Zoho did not accept the tags ${tags.join(', ')}: ${message}`;
  context.report({ what: 'warning', identityId: work.row.identityId, warning });
  return withoutTags(work, warning);
}
