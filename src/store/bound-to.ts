import { z } from 'zod';
import type { Store } from './open.ts';

const ownRow = z.object({ zoho: z.string().nullable() });

/** The Zoho connection that the store belongs to, as `bindStore` has it; null before its first use. */
export function boundTo(store: Store): Promise<string | null> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT zoho FROM store WHERE id = 1');
    return ownRow.parse(rows[0]).zoho;
  });
}
