import type { Store } from '../open.ts';
import { placeholders } from '../engine/sql.ts';
import type { Sql } from '../engine/sql.ts';
import type { IdentityKey } from './key.ts';

/**
 * Leases these keys to the claim of this token, inside a transaction that has seen that no other identity
 * holds them.
 */
export async function leaseKeys(sql: Sql, token: string, keys: readonly IdentityKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(
    `INSERT INTO identity_key (key, identity_id, lease_token) VALUES ${placeholders(keys.length, 3)}
     ON CONFLICT (key, identity_id) DO UPDATE SET lease_token = excluded.lease_token`,
    keys.flatMap(({ key, identityId }) => [key, identityId, token]),
  );
}

/** Leases to this token all keys that these identities hold in doubt, because they settle the doubt first. */
export async function leaseKeysInDoubt(
  store: Store,
  sql: Sql,
  token: string,
  identityIds: readonly string[],
): Promise<void> {
  if (identityIds.length === 0) return;
  await sql.run(
    `UPDATE identity_key SET lease_token = $1
      WHERE in_doubt = 1 AND identity_id IN ${store.database.can.texts('$2')}`,
    [token, JSON.stringify(identityIds)],
  );
}

/**
 * Notes that calls are about to send these keys. From now on only an answer, or settling the doubt, frees
 * them.
 */
export async function doubtKeys(sql: Sql, token: string, keys: readonly IdentityKey[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(
    `INSERT INTO identity_key (key, identity_id, lease_token, in_doubt)
     VALUES ${placeholders(keys.length, 3, ', 1')}
     ON CONFLICT (key, identity_id) DO UPDATE SET in_doubt = 1`,
    keys.flatMap(({ key, identityId }) => [key, identityId, token]),
  );
}

/** Frees the keys of these identities, except those still in doubt. */
export async function freeKeys(
  store: Store,
  sql: Sql,
  identityIds: readonly string[],
  inDoubt: readonly IdentityKey[],
): Promise<void> {
  if (identityIds.length === 0) return;
  await sql.run(
    `DELETE FROM identity_key WHERE linked = 0 AND identity_id IN ${store.database.can.texts('$1')}`,
    [JSON.stringify(identityIds)],
  );
  if (inDoubt.length === 0) return;
  await sql.run(
    `INSERT INTO identity_key (key, identity_id, in_doubt) VALUES ${placeholders(inDoubt.length, 2, ', 1')}`,
    inDoubt.flatMap(({ key, identityId }) => [key, identityId]),
  );
}
