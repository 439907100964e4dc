import { settleWorks, skipped } from '../settle/settle-works.ts';
import { asDueAsBefore, giveBack } from '../work/give-back.ts';
import type { RoundContext } from '../work/round-context.ts';
import { ownerOf } from '../../decide/match.ts';
import { isIdMixedIn } from '../../decide/parting.ts';
import { noteFailure } from '../../pace/note-call.ts';
import type { PlanTo } from '../../decide/plan.ts';
import type { Planned } from '../work/work.ts';

type Deletion = Planned<PlanTo<'delete'>>;

/** How many contacts one request to Zoho can read. */
const IDS_AT_ONCE = 100;

/**
 * If contacts cannot be looked up (no COQL), those to be deleted are read by id first. A contact with
 * another identity's Ory id stays (rule 24).
 * @returns the deletions that continue; works with nothing left to delete are settled, and those without an
 * answer from Zoho are released
 */
export async function withoutAnothers(
  context: RoundContext,
  planned: readonly Deletion[],
): Promise<readonly Deletion[]> {
  const { zoho, mapping, oryIdField, signal } = context;
  const unseen = planned.filter(({ work }) => typeof work.found === 'string');
  if (oryIdField === null || unseen.length === 0) return planned;
  const startedAt = context.store.world.ticks();
  const ids = [...new Set(unseen.flatMap(({ plan }) => plan.contactIds))];
  const anothers = new Set<string>();
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const some = ids.slice(start, start + IDS_AT_ONCE);
    const answer = await zoho.records({ module: mapping.module, ids: some, select: [oryIdField], signal });
    if (answer.kind === 'no_scope') break;
    if (answer.kind !== 'found') {
      noteFailure(context, answer, startedAt);
      const works = unseen.map(({ work }) => work);
      if (answer.kind !== 'aborted') await giveBack(context, works, asDueAsBefore);
      return planned.filter((one) => !unseen.includes(one));
    }
    for (const contact of answer.contacts) {
      const whose = unseen.find(({ plan }) => plan.contactIds.includes(contact.id));
      const identityId = whose?.work.row.identityId ?? '';
      const known = { identityId, owners: new Map() };
      const mixedIn = whose?.work.ledger?.mixedIn ?? [];
      const isMixedIn = isIdMixedIn(
        contact.id,
        { contactId: whose?.work.contactId ?? null, mixedIn },
        oryIdField,
      );
      if (!isMixedIn && ownerOf(known, contact, oryIdField) !== undefined) anothers.add(contact.id);
    }
  }
  const own = planned.map(({ work, plan }) => ({
    work,
    plan: { ...plan, contactIds: plan.contactIds.filter((id) => !anothers.has(id)) },
  }));
  const nothing = own.filter(({ plan }) => plan.contactIds.length === 0);
  await settleWorks(
    context,
    nothing.map(({ work, plan }) => skipped(work, plan.reason)),
  );
  return own.filter(({ plan }) => plan.contactIds.length > 0);
}
