import { contactKey } from '../../../store/key/key.ts';
import { takeContacts } from '../../../store/key/take.ts';
import { readOwners } from '../../../store/ledger.ts';
import type { RoundContext } from '../work/round-context.ts';
import { giveBack } from '../work/give-back.ts';
import { OWNER_POLL_MS } from '../../pace/pace.ts';
import { lookingAgain } from '../work/work-steps.ts';
import type { Planned, Work } from '../work/work.ts';

interface Linking extends Planned {
  readonly contactId: string;
}

/**
 * Two identities may find the same contact at the same time, even in two processes. The first one takes it.
 * The second one looks again once the first has settled. What the ledger has learned since the lookup is
 * taken into account.
 * @returns `free`: works that may continue; `again`: works whose contact now belongs to another identity
 */
export async function holdContacts(
  context: RoundContext,
  planned: readonly Planned[],
): Promise<{ free: readonly Planned[]; again: Work[] }> {
  const linking = planned.flatMap(asLinking);
  if (linking.length === 0) return { free: planned, again: [] };
  const owners = await readOwners(
    context.store,
    linking.map(({ contactId }) => contactId),
  );
  const taken = linking.filter(
    ({ work, contactId }) => (owners.get(contactId) ?? work.row.identityId) !== work.row.identityId,
  );
  const wanted = linking.filter((one) => !taken.includes(one));
  const refused = await takeContacts(
    context.store,
    context.token,
    wanted.map(({ work, contactId }) => ({
      identityId: work.row.identityId,
      key: contactKey(contactId),
    })),
  );
  const waiting = wanted.map(({ work }) => work).filter(({ row }) => refused.has(row.identityId));
  await giveBack(context, waiting, ({ row }) => ({
    dueInMs: OWNER_POLL_MS,
    waitsFor: refused.get(row.identityId) ?? row.identityId,
  }));
  const again = taken.map(({ work }) => work);
  return {
    free: planned.filter(({ work }) => !waiting.includes(work) && !again.includes(work)),
    again: again.map((work) => lookingAgain(work)),
  };
}

/** A plan for a contact that was found and not yet written to. */
function asLinking({ work, plan }: Planned): Linking[] {
  const contactId = 'contactId' in plan && plan.do !== 'ask_owner' ? plan.contactId : null;
  return contactId === null || work.contactId !== null ? [] : [{ work, plan, contactId }];
}
