import type { LedgerRow } from '../../ledger.ts';
import type { Store } from '../../open.ts';
import type { Sql } from '../../engine/sql.ts';
import type { Settlement } from './settlement.ts';
import { dueAgain } from '../wake.ts';

/**
 * Rows that failed as `duplicate_<field>` because the contact of one of these identities had their value are
 * due again. A failed identity wakes others only in fields that it still changed, so that two which fail
 * because of each other do not wake each other for ever (rule 20).
 * @param before what the ledger had of the identities before
 */
export async function wakeRefused(
  store: Store,
  sql: Sql,
  settled: readonly Settlement[],
  before: ReadonlyMap<string, LedgerRow>,
): Promise<void> {
  const wake = (condition: string, parameters: readonly string[]) =>
    sql.run(
      `UPDATE outbox SET ${dueAgain(store)}
        WHERE state = 'failed' AND reason LIKE 'duplicate_%' AND waits_for IN ${store.database.can.texts('$1')} ${condition}`,
      parameters,
    );
  const delivered = settled.filter(({ outcome }) => outcome !== 'failed').map(({ row }) => row.identityId);
  if (delivered.length > 0) await wake('', [JSON.stringify(delivered)]);
  for (const one of settled) {
    const id = one.row.identityId;
    const fields = one.outcome === 'failed' ? changedFields(one, before.get(id)) : [];
    if (fields.length === 0) continue;
    await wake(`AND field IN ${store.database.can.texts('$2')}`, [
      JSON.stringify([id]),
      JSON.stringify(fields),
    ]);
  }
}

function changedFields({ delivered }: Settlement, before: LedgerRow | undefined): string[] {
  return (delivered.wrote ?? []).filter((name) => before?.sent[name] !== delivered.sent?.[name]);
}
