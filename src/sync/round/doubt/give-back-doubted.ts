import type { Claim } from '../../../store/outbox/claim.ts';
import { release } from '../../../store/outbox/release.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import { releaseDoubtOnly } from '../../../store/outbox/settle/settle-doubt.ts';
import type { RoundContext } from '../work/round-context.ts';
import type { GiveBack } from '../work/give-back.ts';

/**
 * Releases rows whose doubt is not settled. Of a row that was claimed only for its doubt, only the
 * limit of its batch may change.
 */
export async function giveBackDoubted(
  { store, token }: Pick<RoundContext, 'store' | 'token'>,
  { doubtOnly }: Pick<Claim, 'doubtOnly'>,
  rows: readonly OutboxRow[],
  how: (row: OutboxRow) => GiveBack,
): Promise<void> {
  const only = rows.filter(({ identityId }) => doubtOnly.has(identityId));
  const others = rows.filter((row) => !only.includes(row));
  await releaseDoubtOnly(
    store,
    token,
    only.map((row) => ({
      identityId: row.identityId,
      marks: row.marks,
      batchLimit: how(row).batchLimit,
    })),
  );
  await release(
    store,
    token,
    others.map((row) => ({ ...how(row), identityId: row.identityId, marks: row.marks })),
  );
}
