import { z } from 'zod';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import { leaseKeys } from './lease.ts';
import { askToSettle } from './summon.ts';
import { holdersOf } from './holders.ts';
import type { Holder } from './holders.ts';
import type { IdentityKey } from './key.ts';

const leased = z.object({ identityId: z.string(), priority: z.number() });

/**
 * Takes keys of emails for rows of a claim, before anything is looked up or sent under them (rule 10). The
 * key stays on the row as `mapped_key`. While another identity holds it, the row is not claimed.
 * @returns the identities that now hold their key. The others must be released
 */
export function takeKeys(store: Store, token: string, wanted: readonly IdentityKey[]): Promise<Set<string>> {
  return store.database.write(async (sql) => {
    const taken = new Set<string>();
    for (const one of wanted) {
      const rows = await sql.all(
        'UPDATE outbox SET mapped_key = $1 WHERE identity_id = $2 AND lease_token = $3 RETURNING identity_id, priority',
        [one.key, one.identityId, token],
      );
      const row = rows[0] === undefined ? undefined : leased.parse(rows[0]);
      if (row === undefined || (await otherHolder(store, sql, one)) !== undefined) continue;
      await leaseKeys(sql, token, [one]);
      taken.add(one.identityId);
    }
    return taken;
  });
}

/**
 * Takes contacts that rows of a claim have found and are about to link, one after the other. A contact that
 * another identity's call in doubt was about to adopt belongs to that one until its doubt is settled, and it
 * is asked to settle it now.
 * @returns the holder of each contact that could not be taken, by the identity that wanted it
 */
export function takeContacts(
  store: Store,
  token: string,
  wanted: readonly IdentityKey[],
): Promise<Map<string, string>> {
  return store.database.write(async (sql) => {
    const refused = new Map<string, string>();
    for (const one of wanted) {
      const rows = await sql.all(
        'SELECT identity_id, priority FROM outbox WHERE identity_id = $1 AND lease_token = $2',
        [one.identityId, token],
      );
      const row = rows[0] === undefined ? undefined : leased.parse(rows[0]);
      if (row === undefined) continue;
      const other = await otherHolder(store, sql, one);
      if (other === undefined) {
        await leaseKeys(sql, token, [one]);
        continue;
      }
      refused.set(one.identityId, other.identityId);
      if (other.inDoubt) await askToSettle(sql, other.identityId, row.priority);
    }
    return refused;
  });
}

async function otherHolder(
  store: Store,
  sql: Sql,
  { identityId, key }: IdentityKey,
): Promise<Holder | undefined> {
  const holders = await holdersOf(store, sql, [key]);
  return holders.find((holder) => holder.identityId !== identityId);
}
