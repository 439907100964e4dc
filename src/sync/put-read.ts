import type { Event } from '../model/event.ts';
import type { Identity } from '../model/identity.ts';
import type { PutResult } from '../model/outcome.ts';
import { put } from '../store/outbox/put.ts';
import type { RoundContext } from './context.ts';
import { snapshotOf } from './snapshot.ts';

/**
 * Puts in what a strong read of a round has found.
 * @param readAsOf the number drawn before its request (rule 2)
 * @param compare with the contact as it is in Zoho, not with what was sent
 */
export async function putRead(
  { store, mapping, oryIdField }: RoundContext,
  identity: Identity,
  { readAsOf, event = 'reconcile', compare = false }: { readAsOf: number; event?: Event; compare?: boolean },
): Promise<PutResult | undefined> {
  const entry = { ...snapshotOf(identity, event, store.hmac), readAsOf, compare };
  const [result] = await put(store, [entry], { mappingHash: mapping.hash, adminReads: true, oryIdField });
  return result;
}
