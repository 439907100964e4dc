import { z } from 'zod';
import type { Store } from '../open.ts';
import type { Sql } from '../sql.ts';
import { placeholders } from '../sql.ts';
import type { Mark } from './row.ts';

const identity = z.object({ identity_id: z.string() });

/** All marks a row is to have: those in doubt and the one of the call about to be made. */
export interface RowMarks {
  readonly identityId: string;
  readonly marks: readonly Mark[];
}

/**
 * Writes what a call is about to send, before the call (rule 11).
 * @returns the identities still held under this token; for the others the lease is lost and nothing may be sent
 */
export async function writeMarks(
  store: Store,
  token: string,
  rows: readonly RowMarks[],
): Promise<Set<string>> {
  const held = await store.database.write(async (sql) => {
    const free = await withContactFree(store, sql, rows);
    if (free.length === 0) return [];
    return sql.all(
      `UPDATE outbox SET marks = v.column2
         FROM (VALUES ${placeholders(free.length, 2)}) AS v
        WHERE outbox.identity_id = v.column1 AND outbox.lease_token = $${free.length * 2 + 1}
        RETURNING outbox.identity_id AS identity_id`,
      [...free.flatMap((row) => [row.identityId, JSON.stringify(row.marks)]), token],
    );
  });
  return new Set(held.map((row) => identity.parse(row).identity_id));
}

/** Two identities may have found one contact: who marks it first may write to it. */
async function withContactFree(store: Store, sql: Sql, rows: readonly RowMarks[]): Promise<RowMarks[]> {
  const free: RowMarks[] = [];
  const taken = new Set<string>();
  for (const row of rows) {
    const contact = row.marks.at(-1)?.contact;
    if (contact === undefined) {
      free.push(row);
      continue;
    }
    const others = await sql.all(
      `SELECT 1 FROM ledger WHERE contact_id = $1 AND identity_id <> $2
        UNION ALL
       SELECT 1 FROM outbox WHERE lease_token IS NOT NULL AND lease_until > ${store.database.can.now}
          AND identity_id <> $2 AND marks LIKE $3`,
      [contact, row.identityId, `%"contact":"${contact}"%`],
    );
    if (others.length > 0 || taken.has(contact)) continue;
    taken.add(contact);
    free.push(row);
  }
  return free;
}
