/**
 * One claim on its way out: calls in doubt are settled, then it is opened (and read from Ory where a hint said so), mapped, decided, sent in batches, judged,
 * settled. A work goes round until it is settled or released; most go once.
 */
import { readLedger } from '../store/ledger.ts';
import { keysInDoubt } from '../store/key/key.ts';
import { takeKeys } from '../store/key/take.ts';
import type { Claim } from '../store/outbox/claim.ts';
import type { RoundContext } from './context.ts';
import { decide } from './decide.ts';
import { deleteAll } from './delete-works.ts';
import { settleDoubtsFirst } from './doubt/settle-first.ts';
import { giveBack } from './give-back.ts';
import { withInherited } from './heirs.ts';
import { holdContacts } from './hold-contacts.ts';
import { DROPS_AT_MOST } from './judge.ts';
import { lookUpAll } from './look-up.ts';
import { mapWork } from './map-work.ts';
import { askOwner, failBlocked } from './owner.ts';
import { withTags } from './parting.ts';
import type { Plan } from './plan.ts';
import { openRows } from './read-first.ts';
import { delivered, settleWorks, skipped } from './settle-works.ts';
import { tagsInDoubt } from './tag-marks.ts';
import { tagAll } from './tag-works.ts';
import { waitForCoql } from './wait-for-coql.ts';
import { decideInput, keepsFields } from './work.ts';
import type { Work } from './work.ts';
import { writeAll } from './write-works.ts';

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
  let works = await withLedger(context, await holdingTheirKeys(context, mapped, settled));
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
    const identityId = row.identity_id;
    const key = emailKey ?? (settled.has(identityId) ? row.email_key : null);
    const has = !settled.has(identityId) && (key === row.email_key || key === row.mapped_key);
    return key === null || has ? [] : [{ identityId, key }];
  });
  if (wanted.length === 0) return [...works];
  const taken = await takeKeys(context.store, context.token, wanted);
  const refused = new Set(wanted.map(({ identityId }) => identityId).filter((id) => !taken.has(id)));
  const waiting = works.filter(({ row }) => refused.has(row.identity_id));
  // No time to wait for: the claim passes over them until the other identity has settled.
  // A row that is in doubt itself is passed over by no claim: it looks again after a while.
  await giveBack(context, waiting, ({ marks }) => ({
    dueInMs: keysInDoubt(marks).length > 0 ? TURN_AGAIN_MS : 0,
  }));
  return works.filter(({ row }) => !refused.has(row.identity_id));
}

async function withLedger(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const ledger = await readLedger(
    context.store,
    works.map(({ row }) => row.identity_id),
  );
  return withInherited(
    context,
    works.map((work) => {
      const known = ledger.get(work.row.identity_id);
      return { ...work, ledger: known, contactId: known?.contact_id ?? null, tagged: known?.tags ?? [] };
    }),
  );
}

/** @returns the works that need another turn */
async function takeTurn(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  const planned = works.map((work) => ({ work, plan: planOf(context, work) }));
  const { free, again: taken } = await holdContacts(context, planned);
  const doing = <Kind extends Plan['do']>(...kinds: Kind[]) =>
    free.filter((one): one is { work: Work; plan: Extract<Plan, { do: Kind }> } =>
      kinds.some((kind) => kind === one.plan.do),
    );

  await settleWorks(context, [
    ...doing('skip').map(({ work, plan }) =>
      skipped(linkedTo(work, plan.contactId), plan.reason, plan.matchId),
    ),
    ...doing('fail').map(
      ({ work, plan }) => ({ work, outcome: { is: 'failed', failure: plan.failure } }) as const,
    ),
    ...doing('unchanged').map(({ work, plan }) => delivered(linkedTo(work, plan.contactId))),
  ]);
  await waitForCoql(
    context,
    doing('wait').map(({ work }) => work),
  );
  const again = await Promise.all([
    lookUpAll(
      context,
      doing('look_up').map(({ work }) => work),
    ),
    writeAll(context, doing('insert', 'update')),
    tagAll(context, doing('tag')),
    deleteAll(context, doing('delete')),
    ...doing('ask_owner').map(async ({ work, plan }) => {
      const free = await askOwner(context, work, plan.ownerId, plan.contactId);
      return free === undefined ? [] : [free];
    }),
  ]);
  return [...taken, ...again.flat()];
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
    return decide(decideInput(work, context.oryIdField), context.rules, context.hash);
  }
  const left = Object.entries(work.afterwards).filter(([name]) => !work.refusedNow.has(name));
  if (left.length === 0) return { do: 'unchanged', contactId: work.contactId };
  return { do: 'update', contactId: work.contactId, fields: Object.fromEntries(left) };
}

/** A contact that was found and needs nothing written becomes the link all the same. */
function linkedTo(work: Work, contactId: string | null): Work {
  const found = contactId !== null && work.contactId === null;
  return found ? { ...work, contactId, adopted: true } : work;
}
