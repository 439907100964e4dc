import { putAside } from '../../../store/outbox/put-aside.ts';
import type { WaitsForLookUp } from '../../../model/look-up-wait.ts';
import type { RoundContext } from '../work/round-context.ts';
import type { Work } from '../work/work.ts';

/**
 * The mapping requires a lookup for newcomers, but lookups are not allowed. These rows wait, and none fails.
 * @returns no works
 */
export async function waitForLookUp(
  context: RoundContext,
  works: readonly Work[],
  reason: WaitsForLookUp,
): Promise<Work[]> {
  if (works.length === 0) return [];
  const rows = works.map(({ row, marks }) => ({ identityId: row.identityId, marks }));
  await putAside(context.store, context.token, rows, reason);
  context.report({ what: 'put_aside', reason, identities: works.length });
  return [];
}
