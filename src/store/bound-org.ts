import { z } from 'zod';
import type { Store } from './open.ts';

const row = z.object({ org: z.string().nullable() });

/** The number (Zoho's `zgid`) of the organisation that the store belongs to; undefined: it is not known. */
export function readOrgNumber(store: Store): Promise<string | undefined> {
  return store.database.read(async (sql) => {
    const { org } = row.parse((await sql.all('SELECT org FROM store WHERE id = 1'))[0]);
    return org?.split(' ')[0];
  });
}
