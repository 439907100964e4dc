import type { ItemAnswer } from '../../../model/zoho-answer.ts';
import { strike } from '../../../store/outbox/strike.ts';
import type { RoundContext } from '../work/round-context.ts';
import type { Work } from '../work/work.ts';

/**
 * Rule 14: Zoho answers these records, so rows get a strike if their batch failed before this call began.
 * @param startedAt when the call began, by `World.ticks`
 */
export async function strikeSuspects(
  context: RoundContext,
  sent: readonly { readonly work: Work }[],
  startedAt: number,
  items: readonly ItemAnswer[],
): Promise<void> {
  const ids = sent.map(({ work }) => work.row.identityId);
  const wrote = items.some(({ kind }) => kind === 'done');
  const struck = context.suspects.answered(ids, startedAt, wrote);
  if (struck.length > 0) await strike(context.store, struck);
}
