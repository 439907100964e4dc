import type { Failure } from '../../../model/outcome.ts';
import type { Claim } from '../../../store/outbox/claim.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore } from '../work/give-back.ts';
import { settleWorks } from '../settle/settle-works.ts';
import { newWork } from '../work/work.ts';
import { giveBackDoubted } from './give-back-doubted.ts';

/** Without this failure, the identity would count as erased while its contact may still be in Zoho. */
const UNSEEN: Failure = {
  reason: 'zoho_oauth_scope_mismatch',
  code: 'OAUTH_SCOPE_MISMATCH',
  field: null,
  message:
    'A call that Zoho never answered may have made a contact. Without the scope ZohoCRM.coql.READ it cannot be looked for. ' +
    'Connect again with that scope (ory-zoho init), then retry.',
  answer: null,
};

/** If lookups are not allowed, an erasure cannot promise that no contact is left. */
export async function failErasures(
  context: RoundContext,
  claim: Claim,
  rows: readonly OutboxRow[],
): Promise<void> {
  const asked = rows.filter(({ identityId }) => claim.doubtOnly.has(identityId));
  await giveBackDoubted(context, claim, asked, asDueAsBefore);
  const works = rows.filter((row) => !asked.includes(row)).map((row) => newWork(row, { id: row.identityId }));
  await settleWorks(
    context,
    works.map((work) => ({ work, outcome: { is: 'failed', failure: UNSEEN } })),
  );
}
