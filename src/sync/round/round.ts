/**
 * The way of one claim to Zoho: doubts are settled, rows are opened (and read from Ory after a hint), mapped,
 * decided, sent in batches, judged and settled. A work takes turns until it is settled or released. Most need
 * only one.
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
import { failBlocked } from './owner/fail-blocked.ts';
import { withTags } from '../decide/parting.ts';
import type { Plan } from '../decide/plan.ts';
import { carryOut } from './plan-handlers.ts';
import { openRows } from './read/read-first.ts';
import { tagsInDoubt } from './write/tag-marks.ts';
import { withLedger } from './work/work-steps.ts';
import { keepsFields } from './work/work.ts';
import type { Work } from './work/work.ts';

/**
 * A work usually needs up to three turns: look up, send, send the rest. Each retry without a refused field
 * takes another turn. So do following a duplicate, a link that is gone, and tags. A work that needs more than
 * this limit waits for another round, which starts over.
 */
const TURNS_AT_MOST = 12 + DROPS_AT_MOST;
const TURN_AGAIN_MS = 5_000;

export async function deliver(context: RoundContext, claim: Claim): Promise<void> {
  await failBlocked(context, claim);
  const { rows, settled } = await settleDoubtsFirst(context, claim);
  const opened = await openRows(context, rows);
  const mapped: Work[] = [];
  // One after the other: the time limit of an expression is wall-clock time, so another mapping must not run
  // at the same time.
  for (const work of opened) mapped.push(isParted(work) ? work : await mapWork(context, work));
  let works = await readLinks(context, await holdingTheirKeys(context, mapped, settled));
  for (let turn = 0; turn < TURNS_AT_MOST && works.length > 0; turn += 1) {
    if (context.signal.aborted) return;
    works = await takeTurn(context, works);
  }
  await giveBack(context, works, () => ({ dueInMs: TURN_AGAIN_MS }));
}

/** An identity that is gone or erased is not mapped. */
function isParted(work: Work): boolean {
  return work.gone || work.row.kind === 'erase';
}

/**
 * Rule 10: if the read or the mapping gives another email than the stored one, that key is taken too.
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
  // These rows need no wait time, because claims skip them until the other identity has settled. Claims do
  // not skip a row that is in doubt itself, so that one waits a while.
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
