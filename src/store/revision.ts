import { z } from 'zod';
import type { Store } from './open.ts';
import type { Sql } from './engine/sql.ts';

const row = z.object({ revision: z.number() });

/** Draws `count` numbers from the store's only revision counter. Returns the last of them. */
export async function drawRevisions(sql: Sql, count: number): Promise<number> {
  const rows = await sql.all('UPDATE store SET revision = revision + $1 WHERE id = 1 RETURNING revision', [
    count,
  ]);
  return row.parse(rows[0]).revision;
}

/**
 * Draws the number that dates a strong read about to begin. It beats everything that was put in before (rule
 * 2).
 */
export function drawAsOf(store: Store): Promise<number> {
  return store.database.write((sql) => drawRevisions(sql, 1));
}
