/** How delivery handles each kind of plan. A new kind of plan does not compile until it has an entry here. */
import type { RoundContext } from './work/round-context.ts';
import { deleteAll } from './write/delete-works.ts';
import { lookUpAll } from './look-up/look-up.ts';
import { askOwner } from './owner/owner.ts';
import { inTurn } from '../pace/in-turn.ts';
import type { Plan, PlanTo } from '../decide/plan.ts';
import { delivered, settleWorks, skipped } from './settle/settle-works.ts';
import type { Finished } from './settle/settle-works.ts';
import { tagAll } from './write/tag-works.ts';
import { waitForLookUp } from './look-up/wait-for-look-up.ts';
import { linkedTo } from './work/work-steps.ts';
import type { Planned, Work } from './work/work.ts';
import { writeAll } from './write/write-works.ts';

type Handler<Do extends Plan['do']> =
  /** No call is needed. These plans are settled together, before any call. */
  | { readonly settles: (planned: Planned<PlanTo<Do>>) => Finished }
  /** Resolves with the works that need another turn. All others are settled or released. */
  | {
      readonly carriesOut: (
        context: RoundContext,
        planned: readonly Planned<PlanTo<Do>>[],
      ) => Promise<readonly Work[]>;
    };

const HANDLERS: { readonly [Do in Plan['do']]: Handler<Do> } = {
  skip: {
    settles: ({ work, plan }) => skipped(linkedTo(work, plan.contactId), plan.reason, plan.matchId),
  },
  fail: { settles: ({ work, plan }) => ({ work, outcome: { is: 'failed', failure: plan.failure } }) },
  unchanged: { settles: ({ work, plan }) => delivered(linkedTo(work, plan.contactId)) },
  wait: { carriesOut: waitAll },
  look_up: { carriesOut: (context, planned) => lookUpAll(context, worksOf(planned)) },
  insert: { carriesOut: writeAll },
  update: { carriesOut: writeAll },
  tag: { carriesOut: tagAll },
  delete: { carriesOut: deleteAll },
  ask_owner: { carriesOut: askOwners },
};

function worksOf(planned: readonly Planned[]): Work[] {
  return planned.map(({ work }) => work);
}

async function waitAll(context: RoundContext, planned: readonly Planned<PlanTo<'wait'>>[]): Promise<Work[]> {
  for (const [reason, group] of Map.groupBy(planned, ({ plan }) => plan.reason)) {
    await waitForLookUp(context, worksOf(group), reason);
  }
  return [];
}

async function askOwners(
  context: RoundContext,
  planned: readonly Planned<PlanTo<'ask_owner'>>[],
): Promise<readonly Work[]> {
  const free = await Promise.all(
    planned.map(({ work, plan }) => askOwner(context, work, plan.ownerId, plan.contactId)),
  );
  return free.filter((work) => work !== undefined);
}

/** @returns the works that need another turn */
export async function carryOut(context: RoundContext, planned: readonly Planned[]): Promise<Work[]> {
  const kinds = [...new Set(planned.map(({ plan }) => plan.do))];
  await settleWorks(
    context,
    kinds.flatMap((kind) => settle(kind, ofKind(kind, planned))),
  );
  const again = await inTurn(context.connection, kinds, (kind) => act(context, kind, ofKind(kind, planned)));
  return again.flat();
}

function ofKind<Do extends Plan['do']>(kind: Do, planned: readonly Planned[]): Planned<PlanTo<Do>>[] {
  return planned.filter((one): one is Planned<PlanTo<Do>> => one.plan.do === kind);
}

function settle<Do extends Plan['do']>(kind: Do, planned: readonly Planned<PlanTo<Do>>[]): Finished[] {
  const handler: Handler<Do> = HANDLERS[kind];
  return 'settles' in handler ? planned.map(handler.settles) : [];
}

async function act<Do extends Plan['do']>(
  context: RoundContext,
  kind: Do,
  planned: readonly Planned<PlanTo<Do>>[],
): Promise<readonly Work[]> {
  const handler: Handler<Do> = HANDLERS[kind];
  return 'carriesOut' in handler ? handler.carriesOut(context, planned) : [];
}
