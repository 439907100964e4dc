import type { Failure } from '../../../model/outcome.ts';
import { release } from '../../../store/outbox/release.ts';
import type { Release } from '../../../store/outbox/release.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from './round-context.ts';
import { laterMs } from '../../pace/pace.ts';
import type { Work } from './work.ts';

/** How a work goes back; `dueInMs: 0` leaves it as due as it was. */
export type GiveBack = Omit<Release, 'identityId' | 'marks'>;

/** Gives works back to the outbox without an outcome. Their marks stay, in doubt. */
export async function giveBack(
  context: Pick<RoundContext, 'store' | 'token'>,
  works: readonly Work[],
  how: (work: Work) => GiveBack,
): Promise<void> {
  const rows = works.map((work) => ({ ...how(work), identityId: work.row.identityId, marks: work.marks }));
  await release(context.store, context.token, rows);
}

/** Zoho says "later" of these records (locked, in approval): each backs off alone, and the row keeps why (rule 13). */
export async function putOff(
  context: Pick<RoundContext, 'store' | 'token'>,
  later: readonly { readonly work: Work; readonly failure: Failure }[],
): Promise<void> {
  const how = putOffBy(later);
  await giveBack(
    context,
    later.map(({ work }) => work),
    ({ row }) => how(row),
  );
}

/** How each of these rows goes back: after a growing pause, with what Zoho said. */
export function putOffBy(
  later: readonly { readonly work: Work; readonly failure: Failure }[],
): (row: OutboxRow) => GiveBack {
  const failures = new Map(later.map(({ work, failure }) => [work.row.identityId, failure]));
  return ({ identityId, attempts }) => {
    const failure = failures.get(identityId);
    return { dueInMs: laterMs(attempts, Math.random()), ...(failure && { later: failure }) };
  };
}

/** Nothing happened to them: they go as soon as they can. */
export const asDueAsBefore = (): GiveBack => ({ dueInMs: 0 });

/**
 * A pause that began while this round was looking up holds for its writes too.
 * @returns whether it is one; then all are given back
 */
export async function givenBackInPause(
  context: Pick<RoundContext, 'store' | 'token' | 'connection'>,
  planned: readonly { readonly work: Work }[],
): Promise<boolean> {
  if (context.connection.state.phase !== 'paused') return false;
  await giveBack(
    context,
    planned.map(({ work }) => work),
    asDueAsBefore,
  );
  return true;
}
