import { z } from 'zod';
import type { Store } from '../open.ts';
import type { Sql } from '../engine/sql.ts';
import type { ScanRun } from './run.ts';

/** The identities that Ory has between two ids. */
export interface SeenRange {
  /** Exclusive. Null means from the first. */
  readonly after: string | null;
  /** Inclusive. Null means to the last. */
  readonly upTo: string | null;
  readonly ids: readonly string[];
}

/**
 * Notes linked identities that Ory should have listed but has not, if their link is older than the scan (rule
 * 28).
 */
export async function noteAbsent(
  store: Store,
  sql: Sql,
  { run, startedAt }: ScanRun,
  { after, upTo, ids }: SeenRange,
): Promise<void> {
  const end = upTo === null ? '' : 'AND identity_id <= $5';
  await sql.run(
    `INSERT INTO absent (identity_id, run)
     SELECT identity_id, $1 FROM ledger
      WHERE identity_id > $2 AND identity_id NOT IN ${store.database.can.texts('$3')}
        AND contact_id IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL AND linked_at < $4 ${end}
     ON CONFLICT (identity_id) DO UPDATE SET run = excluded.run`,
    [run, after ?? '', JSON.stringify(ids), startedAt, ...(upTo === null ? [] : [upTo])],
  );
}

const absentee = z.object({ identityId: z.string(), contactId: z.string() });

/** A linked identity that a complete scan has not seen. */
export type Absentee = z.infer<typeof absentee>;

/** The absentees of a run after `after`, by ascending id, without those that are no longer linked. */
export function readAbsent(store: Store, run: number, after: string, atMost: number): Promise<Absentee[]> {
  return store.database.read(async (sql) => {
    const rows = await sql.all(
      `SELECT absent.identity_id, ledger.contact_id
         FROM absent JOIN ledger ON ledger.identity_id = absent.identity_id
        WHERE absent.run = $1 AND absent.identity_id > $2
          AND ledger.contact_id IS NOT NULL AND ledger.deleted_at IS NULL AND ledger.erased_at IS NULL
        ORDER BY absent.identity_id LIMIT $3`,
      [run, after, atMost],
    );
    return rows.map((row) => absentee.parse(row));
  });
}

/** These exist after all, or have been dealt with. */
export async function dropAbsent(store: Store, identityIds: readonly string[]): Promise<void> {
  if (identityIds.length === 0) return;
  await store.database.write((sql) =>
    sql.run(`DELETE FROM absent WHERE identity_id IN ${store.database.can.texts('$1')}`, [
      JSON.stringify(identityIds),
    ]),
  );
}

const number = z.object({ n: z.number() });

/** How many identities are linked to a contact. */
export function countLinks(store: Store): Promise<number> {
  return store.database.read(async (sql) => {
    const rows = await sql.all('SELECT COUNT(*) AS n FROM ledger WHERE contact_id IS NOT NULL');
    return number.parse(rows[0]).n;
  });
}
