import type { Claim } from '../../../store/outbox/claim.ts';
import { ownFailure } from '../../../model/outcome.ts';
import { storedIdentity } from '../read/read-first.ts';
import { settleWorks } from '../settle/settle-works.ts';
import type { Finished } from '../settle/settle-works.ts';
import type { RoundContext } from '../work/round-context.ts';
import { newWork } from '../work/work.ts';

/**
 * Rule 10: rows fail after waiting 15 minutes for another identity to settle its doubt. They are due again
 * once it is settled.
 */
export async function failBlocked(context: RoundContext, { rows, blocked }: Claim): Promise<void> {
  const finished = rows.flatMap((row): Finished[] => {
    const ownerId = blocked.get(row.identityId);
    if (ownerId === undefined) return [];
    const message = `A call for identity ${ownerId} got no answer, so it is unknown whether its contact has this email. This row is tried again once that is known.`;
    const failure = ownFailure('email_taken', message);
    return [
      { work: newWork(row, storedIdentity(row)), outcome: { is: 'failed', failure, waitsFor: ownerId } },
    ];
  });
  await settleWorks(context, finished);
}
