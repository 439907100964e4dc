import { putAside } from '../../../store/outbox/put-aside.ts';
import type { RoundContext } from '../work/round-context.ts';
import type { Work } from '../work/work.ts';

/**
 * Newcomers whose contact may not be looked for, though the mapping needs that: they wait, and nothing fails.
 * @returns none that goes on
 */
export async function waitForCoql(context: RoundContext, works: readonly Work[]): Promise<Work[]> {
  if (works.length === 0) return [];
  const rows = works.map(({ row, marks }) => ({ identityId: row.identityId, marks }));
  await putAside(context.store, context.token, rows, 'needs_coql');
  context.report({ what: 'put_aside', reason: 'needs_coql', identities: works.length });
  return [];
}
