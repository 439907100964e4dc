import { doubtsOf } from '../../key/key.ts';
import { freeKeys } from '../../key/lease.ts';
import { writeLinkedEmails } from '../../key/linked.ts';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import type { Settlement } from './settlement.ts';
import { wakeFreed } from '../wake.ts';

/**
 * Frees the keys of settled rows, except those that a failed row keeps in doubt, and writes which email each
 * contact has. Rows that failed because an identity had what they need look again when it has given that up.
 * @param settled whose keys are to be freed
 * @param known those of them whose outcome went to the ledger
 */
export async function settleKeys(
  store: Store,
  sql: Sql,
  settled: readonly Settlement[],
  known: readonly Settlement[],
): Promise<void> {
  await freeKeys(
    store,
    sql,
    settled.map(({ row }) => row.identityId),
    settled.flatMap((one) => (one.outcome === 'failed' ? doubtsOf(one.row.identityId, one.marks) : [])),
  );
  const unlinked = known.filter(({ delivered }) => delivered.contactId === null || delivered.erased === true);
  const emails = known.filter((one) => !unlinked.includes(one) && one.delivered.emailHash !== undefined);
  const freed = await writeLinkedEmails(store, sql, [
    ...unlinked.map(({ row }) => ({ identityId: row.identityId, emailHash: null })),
    ...emails.map(({ row, delivered }) => ({
      identityId: row.identityId,
      emailHash: delivered.emailHash ?? null,
    })),
  ]);
  await wakeFreed(store, sql, [...freed, ...unlinked.map(({ row }) => row.identityId)]);
}
