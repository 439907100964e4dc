import type { Store } from '../../open.ts';
import type { FailedFilter } from './failed-filter.ts';
import { inSteps } from './failed-steps.ts';
import { dueAgain } from '../wake.ts';

/**
 * Makes failed rows due at once as they are: snapshot, event, priority and marks stay, and a hint stays a
 * hint. The mapping in use is applied, and fields that Zoho refused for these identities are sent again too
 * (rule 18).
 * @param takeOver lets rows take the contact of an existing identity (rule 21)
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
