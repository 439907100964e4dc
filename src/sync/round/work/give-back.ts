import type { Failure } from '../../../model/outcome.ts';
import { release } from '../../../store/outbox/release.ts';
import type { Release } from '../../../store/outbox/release.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from './round-context.ts';
import { laterMs } from '../../pace/pace.ts';
import type { Work } from './work.ts';

/** The delay if another identity is about to take the same contact, or works under the same email. */
const HELD_BY_OTHERS_MS = 1_000;

/** How a work is released. `dueInMs: 0` does not change when it is due. */
export type GiveBack = Omit<Release, 'identityId' | 'marks'>;

/** Releases works to the outbox without an outcome. Their marks stay in doubt. */
export async function giveBack(
  context: Pick<RoundContext, 'store' | 'token'>,
  works: readonly Work[],
  how: (work: Work) => GiveBack,
): Promise<void> {
  const rows = works.map((work) => ({ ...how(work), identityId: work.row.identityId, marks: work.marks }));
  await release(context.store, context.token, rows);
}

/**
 * Zoho says "later" for these records (locked, in approval). Each backs off on its own, and the row keeps the
 * reason (rule 13).
 */
export async function putOff(
  context: Pick<RoundContext, 'store' | 'token'>,
  later: readonly { readonly work: Work; readonly failure: Failure }[],
): Promise<void> {
  const how = putOffBy(context, later);
  await giveBack(
    context,
    later.map(({ work }) => work),
    ({ row }) => how(row),
  );
}

/** How these rows are released: with a growing delay and Zoho's message. */
export function putOffBy(
  { store }: Pick<RoundContext, 'store'>,
  later: readonly { readonly work: Work; readonly failure: Failure }[],
): (row: OutboxRow) => GiveBack {
  const failures = new Map(later.map(({ work, failure }) => [work.row.identityId, failure]));
  return ({ identityId, attempts }) => {
    const failure = failures.get(identityId);
    const random = store.world.random();
    return { dueInMs: laterMs(attempts, random), ...(failure && { later: failure }) };
  };
}

/** These rows were not touched, so they are delivered as soon as possible. */
export const asDueAsBefore = (): GiveBack => ({ dueInMs: 0 });

/** Another identity holds what they need. Without a delay they would be claimed again at once, and again. */
export const whenFree = (): GiveBack => ({ dueInMs: HELD_BY_OTHERS_MS });

/**
 * A pause that began during the lookups of this round applies to its writes too.
 * @returns whether there is a pause; if so, all works are released
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
