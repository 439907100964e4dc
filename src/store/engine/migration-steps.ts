import { z } from 'zod';
import { normalAdminUrl } from '../../model/admin-url.ts';
import type { Sql } from './sql.ts';

/** What some migrations do in addition to their SQL, in their transaction, by number. */
export const MIGRATION_STEPS: ReadonlyMap<number, (sql: Sql) => Promise<void>> = new Map([
  [4, normalizeOryAddress],
]);

const ownRow = z.object({ ory: z.string().nullable() });

/** Before 0004 the address of Ory was saved as typed, sometimes with a password. */
async function normalizeOryAddress(sql: Sql): Promise<void> {
  for (const row of await sql.all('SELECT ory FROM store WHERE id = 1')) {
    const { ory } = ownRow.parse(row);
    if (ory === null) continue;
    await sql.run('UPDATE store SET ory = $1 WHERE id = 1', [normalAdminUrl(ory) ?? null]);
  }
}
