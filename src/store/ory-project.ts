import { z } from 'zod';
import type { Store } from './open.ts';

const ownRow = z.object({ ory_confirmed: z.number() });

/**
 * Whether the admin URL has proved to be the right project, by returning an identity the ledger knows. Before that a
 * 404 counts for nothing: a wrong URL must not mark everybody deleted.
 * @param seen identities the admin API has just returned
 */
export function confirmOryProject(store: Store, seen: readonly string[]): Promise<boolean> {
  return store.database.write(async (sql) => {
    const row = ownRow.parse((await sql.all('SELECT ory_confirmed FROM store WHERE id = 1'))[0]);
    if (row.ory_confirmed === 1) return true;
    const known = await sql.all(
      `SELECT 1 FROM ledger WHERE identity_id IN ${store.database.can.texts('$1')} LIMIT 1`,
      [JSON.stringify(seen)],
    );
    if (known.length === 0) return false;
    await sql.run('UPDATE store SET ory_confirmed = 1 WHERE id = 1');
    return true;
  });
}
