import { release } from '../store/outbox/release.ts';
import type { Release } from '../store/outbox/release.ts';
import type { RoundContext } from './context.ts';
import type { Work } from './work.ts';

/** How a work goes back; `dueInMs: 0` leaves it as due as it was. */
export type GiveBack = Omit<Release, 'identityId' | 'marks'>;

/** Gives works back to the outbox without an outcome. Their marks stay, in doubt. */
export async function giveBack(
  context: Pick<RoundContext, 'store' | 'token'>,
  works: readonly Work[],
  how: (work: Work) => GiveBack,
): Promise<void> {
  const rows = works.map((work) => ({ ...how(work), identityId: work.row.identity_id, marks: work.marks }));
  await release(context.store, context.token, rows);
}

/** Nothing happened to them: they go as soon as they can. */
export const asDueAsBefore = (): GiveBack => ({ dueInMs: 0 });
