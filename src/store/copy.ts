import { hostname } from 'node:os';
import { z } from 'zod';
import { OryZohoError } from '../errors.ts';
import type { Store } from './open.ts';
import { liveProcesses } from './live-processes.ts';
import { columnOf, nameOf } from './engine/columns.ts';
import { placeholders } from './engine/sql.ts';
import type { Sql, SqlValue } from './engine/sql.ts';

/** Each table of a store, with the columns that identify its rows. Processes are not copied. */
export const COPIED_TABLES = {
  store: ['id'],
  outbox: ['identity_id'],
  ledger: ['identity_id'],
  identity_key: ['key', 'identity_id'],
  heritage: ['contact_id'],
  token: ['key'],
  scan: ['kind'],
  scan_count: ['run', 'outcome', 'reason'],
  absent: ['identity_id'],
  field_list: ['module'],
  delivered: ['slot', 'outcome'],
} as const satisfies { readonly [table: string]: readonly string[] };

export type CopiedTable = keyof typeof COPIED_TABLES;

/** SQLite takes 32,766 values a statement, and no table has 60 columns. */
const ROWS_AT_ONCE = 500;

const sqlRow = z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.instanceof(Uint8Array)]));
type CopiedRow = z.infer<typeof sqlRow>;

/**
 * Copies a whole store into an empty one, in one transaction on each side. Nothing else can write to either
 * meanwhile, and the target gets all or nothing. Links, hashes with their key, waiting and failed rows, marks
 * in doubt, the token and scans are kept unchanged.
 * @returns how many rows of each table were copied
 * @throws OryZohoError `store_in_use` when a process works on the source, `store_not_empty`; StoreError
 */
export function copyStore(from: Store, to: Store): Promise<{ [Table in CopiedTable]: number }> {
  return from.database.write(async (source) => {
    await refuseInUse(from, source);
    return to.database.write(async (target) => {
      await refuseNotEmpty(target);
      // The row that the target was created with. The source's row, with its HMAC key, replaces it.
      await target.run('DELETE FROM store');
      const copied = {
        store: 0,
        outbox: 0,
        ledger: 0,
        identity_key: 0,
        heritage: 0,
        token: 0,
        scan: 0,
        scan_count: 0,
        absent: 0,
        field_list: 0,
        delivered: 0,
      };
      for (const table of tables) copied[table] = await copyTable(source, target, table);
      return copied;
    });
  });
}

const tables = Object.keys(COPIED_TABLES).filter((name): name is CopiedTable => name in COPIED_TABLES);

async function refuseInUse(store: Store, sql: Sql): Promise<void> {
  const [alive] = await liveProcesses(store, sql);
  if (alive === undefined) return;
  const where = alive.host === hostname() ? '' : ` on ${alive.host}`;
  throw new OryZohoError(
    'store_in_use',
    `"ory-zoho ${alive.kind}" works on the store to be copied: process ${alive.pid}${where}.`,
    {
      hint: 'Stop it first. Otherwise the webhooks that it takes in during the copy would be lost. Ory repeats webhooks for a few seconds.',
    },
  );
}

/** A store that has been used has a Zoho connection, or rows in these tables. */
async function refuseNotEmpty(sql: Sql): Promise<void> {
  const used = await sql.all(
    `SELECT 1 FROM store WHERE zoho IS NOT NULL UNION ALL SELECT 1 FROM outbox UNION ALL SELECT 1 FROM ledger LIMIT 1`,
  );
  if (used.length === 0) return;
  throw new OryZohoError('store_not_empty', 'The target store has already been used.', {
    hint: 'Name an empty database, or a SQLite file that does not exist yet.',
    exitCode: 2,
  });
}

async function copyTable(source: Sql, target: Sql, table: CopiedTable): Promise<number> {
  let copied = 0;
  let last: CopiedRow | undefined;
  for (;;) {
    const rows = await rowsAfter(source, table, last);
    last = rows.at(-1);
    if (last === undefined) return copied;
    const names = Object.keys(last);
    await target.run(
      `INSERT INTO ${table} (${names.map(columnOf).join(', ')}) VALUES ${placeholders(rows.length, names.length)}`,
      rows.flatMap((row) => names.map((name) => row[name] ?? null)),
    );
    copied += rows.length;
  }
}

async function rowsAfter(sql: Sql, table: CopiedTable, last: CopiedRow | undefined): Promise<CopiedRow[]> {
  const keys = COPIED_TABLES[table];
  const values: SqlValue[] = last === undefined ? [] : keys.map((key) => last[nameOf(key)] ?? null);
  const after = last === undefined ? '' : `WHERE (${keys.join(', ')}) > ${placeholders(1, keys.length)}`;
  const rows = await sql.all(
    `SELECT * FROM ${table} ${after} ORDER BY ${keys.join(', ')} LIMIT ${ROWS_AT_ONCE}`,
    values,
  );
  return rows.map((row) => sqlRow.parse(row));
}
