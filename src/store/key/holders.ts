import { z } from 'zod';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';

const holder = z.object({
  key: z.string(),
  identityId: z.string(),
  /** True if a call in doubt sent the key, false if a claim works under it. */
  inDoubt: z.number().transform((value) => value === 1),
});

/** The only identity that may write under this key now. */
export type Holder = z.infer<typeof holder>;

/** SQL: whether this row of identity_key is held, by a doubt or by a lease that has not run out. */
export function isHeld(store: Store, key: string): string {
  return `(${key}.in_doubt = 1 OR EXISTS (
    SELECT 1 FROM outbox AS holder
     WHERE holder.identity_id = ${key}.identity_id AND holder.lease_token = ${key}.lease_token
       AND holder.lease_until > ${store.database.can.now}))`;
}

/**
 * The identities that hold these keys, inside a transaction. Several may know a key, but at most one holds it
 * (rule 10).
 */
export async function holdersOf(store: Store, sql: Sql, keys: readonly string[]): Promise<Holder[]> {
  if (keys.length === 0) return [];
  const rows = await sql.all(
    `SELECT key, identity_id, in_doubt FROM identity_key
      WHERE key IN ${store.database.can.texts('$1')} AND ${isHeld(store, 'identity_key')}`,
    [JSON.stringify(keys)],
  );
  return rows.map((row) => holder.parse(row));
}

const doubted = z.object({ key: z.string(), identityId: z.string() });

/** The identities whose calls in doubt hold these keys: key -> identity id. */
export function readDoubters(store: Store, keys: readonly string[]): Promise<Map<string, string>> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT key, identity_id FROM identity_key WHERE in_doubt = 1 AND key IN ${store.database.can.texts('$1')}`,
      [JSON.stringify(keys)],
    );
    return new Map(rows.map((row) => doubted.parse(row)).map(({ key, identityId }) => [key, identityId]));
  });
}
