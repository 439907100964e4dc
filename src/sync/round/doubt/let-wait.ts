import type { Unseen } from '../../../model/contact.ts';
import { waitsBecause } from '../../../model/look-up-wait.ts';
import type { Claim } from '../../../store/outbox/claim.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import { waitForLookUp } from '../look-up/wait-for-look-up.ts';
import { storedIdentity } from '../read/read-first.ts';
import { asDueAsBefore } from '../work/give-back.ts';
import type { RoundContext } from '../work/round-context.ts';
import { newWork } from '../work/work.ts';
import { giveBackDoubted } from './give-back-doubted.ts';

/**
 * A row in doubt waits if its call must not be repeated without a look at the contact: the mapping requires
 * it, or the call would make a second contact.
 */
export async function letWait(
  context: RoundContext,
  claim: Claim,
  waiting: readonly { readonly row: OutboxRow; readonly why: Unseen }[],
): Promise<void> {
  const isAsked = ({ row }: { readonly row: OutboxRow }) => claim.doubtOnly.has(row.identityId);
  const asked = waiting.filter(isAsked).map(({ row }) => row);
  await giveBackDoubted(context, claim, asked, asDueAsBefore);
  const others = waiting.filter((one) => !isAsked(one));
  for (const [why, some] of Map.groupBy(others, (one) => one.why)) {
    const works = some.map(({ row }) => newWork(row, storedIdentity(row)));
    await waitForLookUp(context, works, waitsBecause(why));
  }
}
