/** Writes of one turn: sent in batches, and each answer judged. */
import { batches } from './batches.ts';
import type { Outgoing } from './batches.ts';
import type { Failure } from '../model/outcome.ts';
import type { ItemAnswer } from '../model/zoho-answer.ts';
import { readOwners } from '../store/ledger.ts';
import type { RoundContext } from './context.ts';
import { asDueAsBefore, giveBack, givenBackInPause, putOff } from './give-back.ts';
import { judge } from './judge.ts';
import type { Sent, WritePlan } from './judge.ts';
import { batchLimitOf, isTooLate } from './pace.ts';
import { withTags } from './parting.ts';
import { putRead } from './put-read.ts';
import { strongRead } from './read-first.ts';
import { sendBatch } from './send.ts';
import type { Answered } from './send.ts';
import { delivered, settleWorks } from './settle-works.ts';
import type { Finished } from './settle-works.ts';
import { tagsInDoubt } from './tag-marks.ts';
import { afterClearing, asDuplicate, sortDuplicates } from './unique-value.ts';
import type { Duplicate } from './unique-value.ts';
import { withoutFields } from './without-fields.ts';
import { keepsFields } from './work.ts';
import type { Work } from './work.ts';

/** @returns the works that need another turn; all others are settled or given back */
export async function writeAll(
  context: RoundContext,
  planned: readonly { work: Work; plan: WritePlan }[],
): Promise<Work[]> {
  if (await givenBackInPause(context, planned)) return [];
  const outgoing: Outgoing<Work>[] = planned.map(({ work, plan }) => ({
    item: work,
    plan,
    trigger: work.row.event === 'backfill' || work.row.event === 'reconcile' ? [] : context.mapping.trigger,
    limit: batchLimitOf(work.row),
  }));
  const again = await Promise.all(
    batches(outgoing).map(async (batch) => {
      const startedAt = performance.now();
      return act(context, await sendBatch(context, batch), startedAt);
    }),
  );
  return again.flat();
}

/** Does what each verdict says: settles, releases, or gives the work another turn. */
async function act(context: RoundContext, answered: readonly Answered[], startedAt: number): Promise<Work[]> {
  const finished: Finished[] = [];
  const later: { work: Work; failure: Failure }[] = [];
  const again: Work[] = [];
  const outdated: Work[] = [];
  const duplicates: Duplicate[] = [];
  const special = specialFields(context);
  for (const one of answered) {
    const { work, plan, item, mark } = one;
    if (item.kind === 'error' && item.error.stale && context.fieldsOutdated()) {
      outdated.push(work);
      continue;
    }
    const verdict = judge({ ...sentOf(context, work, plan), ...special }, item);
    if (work.clears !== null && verdict.is !== 'later' && verdict.is !== 'link_gone') {
      const sorted = await afterClearing(context, one, work.clears, verdict);
      finished.push(...sorted.finished);
      again.push(...sorted.again);
      continue;
    }
    switch (verdict.is) {
      case 'written': {
        const next = writtenTo(work, plan, verdict.contactId, verdict.created);
        if (Object.keys(verdict.afterwards).length === 0 && !needsTags(context, next)) {
          finished.push(delivered(next));
        } else {
          // Until the rest is written this is in doubt: the next claim goes on with this contact.
          const made = verdict.created && { made: true as const };
          const known = { ...mark, contact: verdict.contactId, ...made };
          again.push({ ...next, marks: [...next.marks, known], afterwards: verdict.afterwards });
        }
        break;
      }
      case 'without':
        again.push({
          ...withoutFields(context, work, verdict.fields),
          droppedTimes: work.droppedTimes + 1,
        });
        break;
      case 'follow':
        again.push({ ...work, duplicateOf: verdict.contactId, found: undefined });
        break;
      case 'as_new':
        again.push({ ...work, matchesNobody: true });
        break;
      case 'link_gone':
        again.push({ ...work, contactId: null, linkGone: true, tagged: [], found: undefined, clears: null });
        break;
      case 'later':
        if (isTooLate(work.row.later_since, Date.now())) {
          finished.push({ work, outcome: { is: 'failed', failure: verdict.failure } });
        } else later.push({ work, failure: verdict.failure });
        break;
      case 'failed': {
        const duplicate = asDuplicate(one, verdict.failure);
        if (duplicate !== undefined) {
          duplicates.push(duplicate);
          break;
        }
        if (verdict.failure.reason.startsWith('matched_by_')) await afterWrongMatch(context, item);
        finished.push({ work, outcome: { is: 'failed', failure: verdict.failure } });
        break;
      }
    }
  }
  const sorted = await sortDuplicates(context, duplicates, startedAt);
  finished.push(...sorted.finished);
  again.push(...sorted.again);
  await settleWorks(context, finished);
  // They are mapped again once the field list has been read again.
  await giveBack(context, outdated, asDueAsBefore);
  await putOff(context, later);
  return again;
}

/**
 * Zoho has written to somebody else's contact, by a field that was made unique since the list was read: it is read again, and
 * that contact's identity is delivered once more, compared with what the contact holds now.
 */
async function afterWrongMatch(context: RoundContext, item: ItemAnswer): Promise<void> {
  context.fieldsOutdated();
  if (item.kind !== 'done') return;
  const [ownerId] = (await readOwners(context.store, [item.contactId])).values();
  if (ownerId === undefined || context.ory === undefined) return;
  const read = await strongRead(context, [ownerId]);
  const owner = read.found.get(ownerId);
  if (owner === undefined) return;
  await putRead(context, owner, { readAsOf: read.asOf, compare: true });
}

function sentOf(context: RoundContext, work: Work, plan: WritePlan): Omit<Sent, 'keys' | 'mandatory'> {
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

/** The fields a record cannot be sent without; the same for all records of a batch. */
function specialFields({ fields, oryIdField }: RoundContext): Pick<Sent, 'keys' | 'mandatory'> {
  const mandatory = [...fields.values()].filter((field) => field.mandatory).map((field) => field.apiName);
  return {
    keys: new Set(oryIdField === null ? ['Email'] : ['Email', oryIdField]),
    mandatory: new Set(mandatory),
  };
}

function writtenTo(work: Work, plan: WritePlan, contactId: string, created: boolean): Work {
  const adopted = work.adopted || (work.contactId === null && !created);
  const written = { ...work.written, ...plan.fields };
  return { ...work, contactId, created: work.created || created, adopted, written };
}

function needsTags({ rules }: RoundContext, work: Work): boolean {
  const { contactId, tagged, marks, when, tagsRefused } = work;
  if (when !== true || tagsRefused !== null || keepsFields(work)) return false;
  return withTags({ do: 'unchanged', contactId }, tagged, rules, tagsInDoubt(marks)).do === 'tag';
}
