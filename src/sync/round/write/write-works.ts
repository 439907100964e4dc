/** The writes of one turn: sends them in batches and judges each answer. */
import type { ItemAnswer } from '../../../model/zoho-answer.ts';
import { readOwners } from '../../../store/ledger.ts';
import { freeEmailsOfGone } from '../../../store/unlink.ts';
import { batches } from './batches.ts';
import type { Batch, Outgoing } from './batches.ts';
import { afterCall } from './call-zoho.ts';
import type { RoundContext } from '../work/round-context.ts';
import { givenBackInPause } from '../work/give-back.ts';
import { judge } from '../../decide/judge.ts';
import type { Sent, Verdict } from '../../decide/judge.ts';
import { inTurn } from '../../pace/in-turn.ts';
import { batchLimitOf } from '../../pace/pace.ts';
import { withTags } from '../../decide/parting.ts';
import { putFresh } from '../../intake/put-fresh.ts';
import { strongRead } from '../read/read-first.ts';
import { send } from './send.ts';
import type { Answered } from './send.ts';
import { delivered } from '../settle/settle-works.ts';
import { Sorted } from '../settle/sorted.ts';
import { tagsInDoubt } from './tag-marks.ts';
import { afterClearing, asDuplicate, sortDuplicates } from './unique-value.ts';
import type { DuplicateRecord } from './unique-value.ts';
import { withoutFields } from './without-fields.ts';
import {
  following,
  goingOn,
  marked,
  matchingNobody,
  sentOnceMore,
  withoutLink,
  writtenTo,
} from '../work/work-steps.ts';
import { keepsFields } from '../work/work.ts';
import type { WritePlan } from '../../decide/plan.ts';
import type { Planned, Work } from '../work/work.ts';

type Write = Planned<WritePlan>;

/** @returns the works that need another turn; all others are settled or released */
export async function writeAll(context: RoundContext, planned: readonly Write[]): Promise<Work[]> {
  const outgoing = planned.map(
    ({ work, plan }): Outgoing<Work> => ({
      item: work,
      plan,
      trigger: triggerOf(context, work),
      limit: batchLimitOf(work.row),
    }),
  );
  const again = await inTurn(context.connection, batches(outgoing), (batch) => writeBatch(context, batch));
  return again.flat();
}

/** Scans run no automation in Zoho, because they write data that is not new. */
export function triggerOf({ mapping }: RoundContext, { row }: Work): readonly string[] {
  return row.event === 'backfill' || row.event === 'reconcile' ? [] : mapping.trigger;
}

async function writeBatch(context: RoundContext, batch: Batch<Work>): Promise<Work[]> {
  const works = batch.records.map(({ item }) => ({ work: item }));
  if (await givenBackInPause(context, works)) return [];
  const startedAt = context.store.world.ticks();
  const sent = await send(context, batch);
  await afterCall(context, sent);
  const sorted = new Sorted(context);
  const duplicates: DuplicateRecord[] = [];
  const gone: string[] = [];
  const special = specialFields(context);
  for (const one of sent.answered) {
    const { work, plan, item } = one;
    if (item.kind === 'error' && item.error.stale && context.fieldsOutdated()) {
      sorted.outdated.push(work);
      continue;
    }
    const verdict = judge({ ...sentOf(context, work, plan), ...special }, item);
    if (verdict.is === 'link_gone') gone.push(work.row.identityId);
    const duplicate = verdict.is === 'failed' ? asDuplicate(one, verdict.failure) : undefined;
    if (work.clears !== null && verdict.is !== 'later' && verdict.is !== 'link_gone') {
      sorted.add(await afterClearing(context, one, work.clears, verdict));
    } else if (duplicate !== undefined) duplicates.push(duplicate);
    else await sort(context, sorted, one, verdict);
  }
  await freeEmailsOfGone(context.store, context.token, gone);
  sorted.add(await sortDuplicates(context, duplicates, startedAt));
  return sorted.carryOut(context);
}

/** Applies a verdict to one work: it is finished, released, or needs another turn. */
async function sort(
  context: RoundContext,
  sorted: Sorted,
  { work, plan, item, mark }: Answered,
  verdict: Verdict,
): Promise<void> {
  switch (verdict.is) {
    case 'written': {
      const { contactId, created, afterwards } = verdict;
      const next = writtenTo(work, plan, contactId, created);
      if (Object.keys(afterwards).length === 0 && !needsTags(context, next)) {
        sorted.finished.push(delivered(next));
      } else {
        // This stays in doubt until the rest is written: the next claim continues with this contact.
        const made = created && { made: true as const };
        sorted.again.push(goingOn(marked(next, { ...mark, contact: contactId, ...made }), afterwards));
      }
      return;
    }
    case 'without':
      sorted.again.push(sentOnceMore(withoutFields(context, work, verdict.fields)));
      return;
    case 'follow':
      sorted.again.push(following(work, verdict.contactId));
      return;
    case 'as_new':
      sorted.again.push(matchingNobody(work));
      return;
    case 'link_gone':
      sorted.again.push(withoutLink(work));
      return;
    case 'later':
      sorted.putOff(work, verdict.failure);
      return;
    case 'failed':
      if (verdict.failure.reason.startsWith('matched_by_')) await afterWrongMatch(context, item);
      sorted.fail(work, verdict.failure);
  }
}

/**
 * Zoho has written to another identity's contact, because a field was made unique after the field list was
 * read. The list is read again. The other identity is delivered again and compared with what its contact
 * holds now.
 */
async function afterWrongMatch(context: RoundContext, item: ItemAnswer): Promise<void> {
  context.fieldsOutdated();
  if (item.kind !== 'done') return;
  const [ownerId] = (await readOwners(context.store, [item.contactId])).values();
  if (ownerId === undefined || context.ory === undefined) return;
  const read = await strongRead(context, [ownerId]);
  const owner = read.found.get(ownerId);
  if (owner === undefined) return;
  await putFresh(context, [{ identity: owner, readAsOf: read.asOf }], { event: 'reconcile', compare: true });
}

function sentOf(context: RoundContext, work: Work, plan: Write['plan']): Omit<Sent, 'keys' | 'mandatory'> {
  return {
    plan,
    linked: work.contactId !== null,
    droppedTimes: work.droppedTimes,
    followed: work.duplicateOf !== null,
    linkGone: work.linkGone,
    namesMatches: context.zoho.apiVersion >= 8,
    module: context.mapping.module,
  };
}

/** The fields that a record cannot be sent without. They are the same for all records of a batch. */
function specialFields({ fields, oryIdField }: RoundContext): Pick<Sent, 'keys' | 'mandatory'> {
  const mandatory = [...fields.values()].filter((field) => field.mandatory).map((field) => field.apiName);
  return {
    keys: new Set(oryIdField === null ? ['Email'] : ['Email', oryIdField]),
    mandatory: new Set(mandatory),
  };
}

function needsTags({ rules }: RoundContext, work: Work): boolean {
  const { contactId, tagged, marks, when, tagsRefused } = work;
  if (when !== true || tagsRefused !== null || keepsFields(work)) return false;
  return withTags({ do: 'unchanged', contactId }, tagged, rules, tagsInDoubt(marks)).do === 'tag';
}
