import type { Store } from '../../open.ts';
import type { FailedFilter } from './failed-filter.ts';
import { inSteps } from './failed-steps.ts';
import { dueAgain } from '../wake.ts';

/**
 * Makes failed rows due at once, as they are: snapshot, event, priority and marks stay, a hint stays a hint. Delivered is
 * what the mapping in use makes of them, and fields that Zoho refused of these identities are sent again too (rule 18).
 * @param takeOver those whose contact a living identity has take it from that one (rule 21)
 * @returns the identities
 */
export function retryFailed(store: Store, filter: FailedFilter, takeOver = false): Promise<string[]> {
  const { texts } = store.database.can;
  return inSteps(store, filter, 0, async (sql, ids) => {
    await sql.run(
      `UPDATE outbox
          SET policy = CASE WHEN kind = 'delete' THEN policy
                            WHEN ${takeOver} AND reason = 'email_taken' THEN 'take_over' END,
              id_only = 0, ${dueAgain(store)}
        WHERE identity_id IN ${texts('$1')}`,
      [JSON.stringify(ids)],
    );
    await sql.run(`UPDATE ledger SET refused = '{}' WHERE identity_id IN ${texts('$1')}`, [
      JSON.stringify(ids),
    ]);
  });
}
