import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { openSqliteStore } from './sqlite-store.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

const SQLITE_COLUMNS = `
  SELECT tables.name || '.' || columns.name AS name, columns.type AS type, columns."notnull" AS required,
         columns.dflt_value AS value, columns.pk AS key
    FROM sqlite_schema AS tables JOIN pragma_table_info(tables.name) AS columns
   WHERE tables.type = 'table' ORDER BY 1`;

const POSTGRES_COLUMNS = `
  SELECT attrelid::regclass || '.' || attname AS name,
         CASE format_type(atttypid, NULL) WHEN 'bigint' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' END
           AS type,
         attnotnull::int AS required, replace(pg_get_expr(adbin, adrelid), '::text', '') AS value,
         COALESCE(array_position(indkey::int[], attnum::int) + 1, 0) AS key
    FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r' AND relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_index ON indrelid = attrelid AND indisprimary
   WHERE attnum > 0 AND NOT attisdropped ORDER BY attrelid::regclass || '.' || attname COLLATE "C"`;

const SQLITE_INDEXES = `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`;
const POSTGRES_INDEXES = `
  SELECT indexname AS name FROM pg_indexes
   WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)
   ORDER BY indexname COLLATE "C"`;

const read = (store: Store, text: string) =>
  store.database.read(async (sql) => (await sql.all(text)).map((row) => ({ ...row })));

test('both databases have the same tables, columns, defaults, keys and indexes', async () => {
  const { store: sqlite } = await openSqliteStore();
  const postgres = await openStore(await server.newDatabase());
  try {
    const ours = (rows: Record<string, unknown>[]) =>
      rows
        .filter(({ name }) => !String(name).startsWith('migration.'))
        // SQLite does not report a primary key as NOT NULL, although it is required.
        .map((row) => (row['key'] === 0 ? row : { ...row, required: 1 }));
    expect(ours(await read(postgres, POSTGRES_COLUMNS))).toEqual(ours(await read(sqlite, SQLITE_COLUMNS)));
    expect(await read(postgres, POSTGRES_INDEXES)).toEqual(await read(sqlite, SQLITE_INDEXES));
  } finally {
    await postgres.close();
  }
});
