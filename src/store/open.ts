import { z } from 'zod';
import type { World } from '../model/world.ts';
import { NODE_WORLD } from '../node-world.ts';
import { hmacUnder } from './hmac.ts';
import { locateStore, missingFile } from './engine/locate.ts';
import { migrate } from './engine/migrate.ts';
import { openPostgres } from './engine/postgres.ts';
import type { Database } from './engine/sql.ts';
import { openSqlite } from './engine/sqlite.ts';

/** An open store. Its operations are functions, one in each file beside this one. */
export interface Store {
  readonly database: Database;
  /** Time and chance of this process. */
  readonly world: World;
  /** When this store was made, in ms since 1970. */
  readonly bornAt: number;
  /**
   * HMAC-SHA-256 under the store's own random key, as 22 characters. It shows only whether two texts are
   * equal.
   */
  readonly hmac: (text: string) => string;
  close(): Promise<void>;
}

const ownRow = z.object({ hmacKey: z.instanceof(Uint8Array), bornAt: z.number() });

/**
 * Opens the store that DATABASE_URL names, and creates or migrates it as needed.
 * @param url `sqlite:PATH` or `postgres://…`
 * @throws ConfigurationError for another kind of URL, StoreError when it cannot be opened or written.
 */
export async function openStore(url: string, world: World = NODE_WORLD): Promise<Store> {
  return storeOver(await openDatabase(url, world), world);
}

/** As `openStore`, over a database that is already open. It is closed with the store, and after an error. */
export async function storeOver(database: Database, world: World): Promise<Store> {
  try {
    await migrate(database, world);
    const row = await database.read(async (sql) =>
      ownRow.parse((await sql.all('SELECT hmac_key, born_at FROM store WHERE id = 1'))[0]),
    );
    return {
      database,
      world,
      bornAt: row.bornAt,
      hmac: hmacUnder(row.hmacKey),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Opens the store if it exists. No file is created, but the tables of a Postgres database are. @throws as
 * `openStore`
 */
export async function openStoreIfThere(url: string): Promise<Store | undefined> {
  return missingFile(url) === undefined ? openStore(url) : undefined;
}

function openDatabase(url: string, world: World): Promise<Database> {
  const place = locateStore(url);
  return place.engine === 'sqlite' ? openSqlite(place.path, world) : openPostgres(place.url, world);
}
