import type { Unseen } from '../../../model/contact.ts';
import type { Failure } from '../../../model/outcome.ts';
import { ownFailure } from '../../../model/outcome.ts';
import type { Claim } from '../../../store/outbox/claim.ts';
import type { OutboxRow } from '../../../store/outbox/row.ts';
import type { RoundContext } from '../work/round-context.ts';
import { asDueAsBefore } from '../work/give-back.ts';
import { settleWorks } from '../settle/settle-works.ts';
import { newWork } from '../work/work.ts';
import { giveBackDoubted } from './give-back-doubted.ts';

/** An erasure whose unanswered call may have made a contact that cannot be looked for. */
export interface Unknown {
  readonly row: OutboxRow;
  readonly why: Unseen;
}

const MAY_HAVE_MADE = 'A call that Zoho never answered may have made a contact.';

/** Without this failure, the identity would count as erased while its contact may still be in Zoho. */
const FAILURES = {
  no_scope: {
    reason: 'zoho_oauth_scope_mismatch',
    code: 'OAUTH_SCOPE_MISMATCH',
    field: null,
    message:
      `${MAY_HAVE_MADE} Without the scope ZohoCRM.coql.READ it cannot be looked for. ` +
      'Connect again with that scope (ory-zoho init), then retry.',
    answer: null,
  },
  coql_refused: ownFailure(
    'coql_refused',
    `${MAY_HAVE_MADE} Zoho refuses to look for it, as it refuses all COQL queries (ory-zoho doctor says why). ` +
      'Change that setting, or delete the contact in Zoho; then retry.',
  ),
  look_up_refused: ownFailure(
    'look_up_refused',
    `${MAY_HAVE_MADE} Zoho refuses to look for its email. Find the contact in Zoho and delete it there.`,
  ),
} as const satisfies { readonly [Why in Unseen]: Failure };

/** If lookups are not allowed, an erasure cannot promise that no contact is left. */
export async function failErasures(
  context: RoundContext,
  claim: Claim,
  erasures: readonly Unknown[],
): Promise<void> {
  const isAsked = ({ row }: Unknown) => claim.doubtOnly.has(row.identityId);
  const asked = erasures.filter(isAsked).map(({ row }) => row);
  await giveBackDoubted(context, claim, asked, asDueAsBefore);
  await settleWorks(
    context,
    erasures
      .filter((one) => !isAsked(one))
      .map(({ row, why }) => ({
        work: newWork(row, { id: row.identityId }),
        outcome: { is: 'failed', failure: FAILURES[why] },
      })),
  );
}
