import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';

/**
 * Whether an identity has a row that will settle by itself (rule 21). A failed row waits for a person
 * instead.
 */
export function isPending(store: Store, identityId: string): Promise<boolean> {
  return store.database.read((sql) => isWaiting(sql, identityId));
}

/** The same inside a transaction. */
export async function isWaiting(sql: Sql, identityId: string): Promise<boolean> {
  const rows = await sql.all("SELECT 1 FROM outbox WHERE identity_id = $1 AND state = 'waiting'", [
    identityId,
  ]);
  return rows.length > 0;
}
