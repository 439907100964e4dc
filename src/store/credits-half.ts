import { z } from 'zod';
import type { Store } from './open.ts';

const ownRow = z.object({ creditsHalf: z.number().nullable() });

/** Half of Zoho's credits of a day, as some process on this store heard it; null = more than half is left, as far as known. */
export function readCreditsHalf(store: Store): Promise<number | null> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT credits_half FROM store WHERE id = 1');
    return ownRow.parse(rows[0]).creditsHalf;
  });
}

export async function keepCreditsHalf(store: Store, half: number | null): Promise<void> {
  await store.database.write((sql) => sql.run('UPDATE store SET credits_half = $1 WHERE id = 1', [half]));
}
