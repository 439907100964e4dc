import { z } from 'zod';
import type { Store } from './open.ts';

const ownRow = z.object({ creditsHalf: z.number().nullable() });

/**
 * Half of Zoho's credits of a day, as a process on this store last read it. Null means that, as far as known,
 * more than half is left.
 */
export function readCreditsHalf(store: Store): Promise<number | null> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT credits_half FROM store WHERE id = 1');
    return ownRow.parse(rows[0]).creditsHalf;
  });
}

export async function keepCreditsHalf(store: Store, half: number | null): Promise<void> {
  await store.database.write((sql) => sql.run('UPDATE store SET credits_half = $1 WHERE id = 1', [half]));
}
