import { z } from 'zod';
import type { Store } from '../open.ts';
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
  const held = await store.database.write((sql) =>
    sql.all(
      `UPDATE outbox SET marks = v.column2
         FROM (VALUES ${placeholders(rows.length, 2)}) AS v
        WHERE outbox.identity_id = v.column1 AND outbox.lease_token = $${rows.length * 2 + 1}
        RETURNING outbox.identity_id AS identity_id`,
      [...rows.flatMap((row) => [row.identityId, JSON.stringify(row.marks)]), token],
    ),
  );
  return new Set(held.map((row) => identity.parse(row).identity_id));
}
