/**
 * One claim on its way out: calls in doubt are settled, then it is opened (and read from Ory where a hint said so), mapped, decided, sent in batches, judged,
 * settled. A work goes round until it is settled or released; most go once.
 */
import { readLedger } from '../../store/ledger.ts';
import { keysInDoubt } from '../../store/key/key.ts';
import { takeKeys } from '../../store/key/take.ts';
import type { Claim } from '../../store/outbox/claim.ts';
import type { RoundContext } from './work/round-context.ts';
import { inputOfWork } from './work/input-for-decide.ts';
import { decide } from '../decide/decide.ts';
import { settleDoubtsFirst } from './doubt/settle-first.ts';
import { giveBack } from './work/give-back.ts';
import { withInherited } from './look-up/heirs.ts';
import { holdContacts } from './owner/hold-contacts.ts';
import { DROPS_AT_MOST } from '../decide/judge.ts';
import { mapWork } from './work/map-work.ts';
import { failBlocked } from './owner/owner.ts';
import { withTags } from '../decide/parting.ts';
import type { Plan } from '../decide/plan.ts';
import { carryOut } from './plan-handlers.ts';
import { openRows } from './read/read-first.ts';
import { tagsInDoubt } from './write/tag-marks.ts';
import { withLedger } from './work/work-steps.ts';
import { keepsFields } from './work/work.ts';
import type { Work } from './work/work.ts';

/**
 * A work needs three turns as a rule (look, send, send the rest). Each time that it goes without a field that Zoho refused
 * costs one more, and so do a duplicate that is followed, a link that is gone, and tags. What needs more than all of these
 * waits for another round, which would begin them anew.
 */
const TURNS_AT_MOST = 12 + DROPS_AT_MOST;
const TURN_AGAIN_MS = 5_000;

export async function deliver(context: RoundContext, claim: Claim): Promise<void> {
  await failBlocked(context, claim);
  const { rows, settled } = await settleDoubtsFirst(context, claim);
  const opened = await openRows(context, rows);
  const mapped: Work[] = [];
  // One after the other: an expression's time limit is by the wall, and must not run out on its neighbours' work.
  for (const work of opened) mapped.push(isParted(work) ? work : await mapWork(context, work));
  let works = await readLinks(context, await holdingTheirKeys(context, mapped, settled));
  for (let turn = 0; turn < TURNS_AT_MOST && works.length > 0; turn += 1) {
    if (context.signal.aborted) return;
    works = await takeTurn(context, works);
  }
  await giveBack(context, works, () => ({ dueInMs: TURN_AGAIN_MS }));
}

/** Of an identity that is gone or erased there is nothing to map. */
function isParted(work: Work): boolean {
  return work.gone || work.row.kind === 'erase';
}

/**
 * Rule 10: where the read or the mapping yields another email than the one put in, that key is taken too.
 * @param settled identities that were claimed with the keys of a doubt, not with their email
 */
async function holdingTheirKeys(
  context: RoundContext,
  works: readonly Work[],
  settled: ReadonlySet<string>,
): Promise<Work[]> {
  const wanted = works.flatMap(({ row, emailKey }) => {
    const identityId = row.identityId;
    const key = emailKey ?? (settled.has(identityId) ? row.emailKey : null);
    const has = !settled.has(identityId) && (key === row.emailKey || key === row.mappedKey);
    return key === null || has ? [] : [{ identityId, key }];
  });
  if (wanted.length === 0) return [...works];
  const taken = await takeKeys(context.store, context.token, wanted);
  const refused = new Set(wanted.map(({ identityId }) => identityId).filter((id) => !taken.has(id)));
  const waiting = works.filter(({ row }) => refused.has(row.identityId));
  // No time to wait for: the claim passes over them until the other identity has settled.
  // A row that is in doubt itself is passed over by no claim: it looks again after a while.
  await giveBack(context, waiting, ({ marks }) => ({
    dueInMs: keysInDoubt(marks).length > 0 ? TURN_AGAIN_MS : 0,
  }));
  return works.filter(({ row }) => !refused.has(row.identityId));
}

async function readLinks(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const ledger = await readLedger(
    context.store,
    works.map(({ row }) => row.identityId),
  );
  return withInherited(
    context,
    works.map((work) => withLedger(work, ledger.get(work.row.identityId))),
  );
}

/** @returns the works that need another turn */
async function takeTurn(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const planned = works.map((work) => ({ work, plan: planOf(context, work) }));
  const { free, again } = await holdContacts(context, planned);
  return [...again, ...(await carryOut(context, free))];
}

function planOf(context: RoundContext, work: Work): Plan {
  const plan = nextPlan(context, work);
  return work.tagsRefused !== null || keepsFields(work)
    ? plan
    : withTags(plan, work.tagged, context.rules, tagsInDoubt(work.marks));
}

function nextPlan(context: RoundContext, work: Work): Plan {
  if (work.clears !== null && work.contactId !== null) {
    return { do: 'update', contactId: work.contactId, fields: { [work.clears.field]: null } };
  }
  if (work.afterwards === null || work.contactId === null) {
    return decide(inputOfWork(work, context.oryIdField), context.rules, context.hash);
  }
  const left = Object.entries(work.afterwards).filter(([name]) => !work.refusedNow.has(name));
  if (left.length === 0) return { do: 'unchanged', contactId: work.contactId };
  return { do: 'update', contactId: work.contactId, fields: Object.fromEntries(left) };
}
