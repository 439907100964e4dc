import { z } from 'zod';
import { ConfigurationError } from '../errors.ts';
import { hmacUnder } from './hmac.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import type { Database } from './sql.ts';
import { openSqlite } from './sqlite.ts';
import { sqlitePath } from './sqlite-path.ts';

/** An open store. The operations on it are functions beside this file, one a file. */
export interface Store {
  readonly database: Database;
  /** When this store was made, ms since 1970. */
  readonly bornAt: number;
  /** HMAC-SHA-256 under the store's own random key, 22 characters: tells equal from different, and nothing else. */
  readonly hmac: (text: string) => string;
  close(): Promise<void>;
}

const ownRow = z.object({ hmac_key: z.instanceof(Uint8Array), born_at: z.number() });

/**
 * Opens the store that DATABASE_URL names, making or migrating it as needed.
 * @param url `sqlite:PATH` or `postgres://…`
 * @throws ConfigurationError for another kind of URL, StoreError when it cannot be opened or written.
 */
export async function openStore(url: string): Promise<Store> {
  const database = await openDatabase(url);
  try {
    await migrate(database);
    const row = await database.read(async (sql) =>
      ownRow.parse((await sql.all('SELECT hmac_key, born_at FROM store WHERE id = 1'))[0]),
    );
    return {
      database,
      bornAt: row.born_at,
      hmac: hmacUnder(row.hmac_key),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openDatabase(url: string): Promise<Database> {
  const path = sqlitePath(url);
  if (path !== undefined) return openSqlite(path);
  if (/^postgres(?:ql)?:\/\//.test(url)) return openPostgres(url);
  throw new ConfigurationError('database_url', 'DATABASE_URL is not a store this version knows.', {
    hint: 'Use sqlite:PATH, as in "sqlite:/var/lib/ory-zoho/store.db", or postgres://USER:PASSWORD@HOST/DATABASE.',
  });
}
