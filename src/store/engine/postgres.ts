import type { World } from '../../model/world.ts';
import type { PoolClient, QueryResult } from 'pg';
import { StoreError } from '../../errors.ts';
import { postgresStoreError, isConnectionLost } from './postgres-errors.ts';
import { openPool } from './postgres-pool.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { named } from './columns.ts';
import type { Database, Sql, SqlAbilities, SqlRow, SqlValue } from './sql.ts';

/** How long a transaction waits for its turn, or for a restarting server, counted from its request. */
const BUSY_GIVE_UP_MS = 2_000;
const BUSY_PAUSE_MS = 50;
/** Includes the wait for the lock. A connection that is silent for this long is dead. */
const BEGIN_WITHIN_MS = 3_000;
/** Below the 10 s of a lease. */
const STATEMENT_WITHIN_MS = 8_000;
/** If a process with the lock vanishes with its machine, the others may continue after this time. */
const IDLE_TRANSACTION_MS = 3_000;

/** The key of the writers' lock among the advisory locks of the database: "ory-zoho" in ASCII. */
const WRITERS_LOCK = 0x6f72792d7a6f686fn;

/**
 * Every setting is LOCAL to the transaction, so that it works through a pooler. Sorting is off, because an
 * outbox fills up faster than the server's statistics. The server would then read and sort a million rows to
 * find the first hundred, although an index has them in order.
 */
const LIMITS = `
  SET LOCAL statement_timeout = ${STATEMENT_WITHIN_MS};
  SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS};
  SET LOCAL enable_sort = off`;

/**
 * One writer at a time among all processes, as in SQLite. READ COMMITTED lets each statement see what earlier
 * writers have committed.
 */
const BEGIN_WRITE = `
  BEGIN ISOLATION LEVEL READ COMMITTED;
  ${LIMITS};
  SET LOCAL lock_timeout = ${BUSY_GIVE_UP_MS};
  SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
  SELECT pg_advisory_xact_lock(${WRITERS_LOCK})`;

const BEGIN_READ = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${LIMITS}`;

const CAN: SqlAbilities = {
  // statement_timestamp moves within a transaction. Unlike clock_timestamp, an index can be used with it.
  now: '(extract(epoch FROM statement_timestamp()) * 1000)::bigint',
  texts: (parameter) => `(SELECT value FROM json_array_elements_text(${parameter}::json))`,
};

/**
 * Opens a Postgres database, which all processes that name it share. Dead connections are replaced. A
 * transaction that has not begun waits up to 2 s for a restarting server, and those behind it give up
 * together with it.
 *
 * A write whose COMMIT gets no answer throws although it may have happened. All operations of the store can
 * be repeated: a put finds its own row unchanged, and rows of a lost claim are due again when their lease
 * runs out. After a lost settle the rows are either gone, or claimed again with their marks in doubt.
 * @param url `postgres://user:password@host:port/database?sslmode=…`, with the parameters of node-postgres
 * @throws ConfigurationError for a URL that cannot be read, StoreError when the database cannot be used
 */
export async function openPostgres(url: string, world: World): Promise<Database> {
  const pool = await openPool(url, STATEMENT_WITHIN_MS, world);
  const database = new PostgresDatabase(pool, world);
  try {
    const [row] = await database.read((sql) => sql.all('SHOW server_encoding'));
    refuseOtherEncoding(pool.name, row);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Other encodings cannot hold every name a person may have. */
function refuseOtherEncoding(name: string, row: SqlRow | undefined): void {
  const encoding = row?.['serverEncoding'];
  if (encoding === 'UTF8') return;
  throw new StoreError('broken', `The store ${name} has the encoding ${String(encoding)}.`, {
    hint: "Make a database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.",
  });
}

class PostgresDatabase implements Database {
  readonly engine = 'postgres';
  readonly can = CAN;
  readonly #pool: PostgresPool;
  readonly #world: World;
  /** The end of the queue of writes. */
  #last: Promise<unknown> = Promise.resolve();
  /** The last write that could not begin. Those behind it have waited as long. */
  #gaveUp: { readonly at: number; readonly failure: unknown } | undefined;

  constructor(pool: PostgresPool, world: World) {
    this.#world = world;
    this.#pool = pool;
  }

  write<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const askedAt = this.#world.ticks();
    const result = this.#last.then(() => {
      if (this.#gaveUp !== undefined && askedAt < this.#gaveUp.at) throw this.#gaveUp.failure;
      return this.#transaction(BEGIN_WRITE, askedAt, work);
    });
    this.#last = result.catch(() => {});
    return result;
  }

  read<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#transaction(BEGIN_READ, this.#world.ticks(), work);
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#pool.close();
  }

  async #transaction<T>(text: string, askedAt: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.#begin(text, askedAt + BUSY_GIVE_UP_MS);
    try {
      const result = await work(sqlOver(client));
      await commit(client);
      client.release();
      return result;
    } catch (error) {
      const failure = this.#failureOf(error);
      // A failed connection loses its transaction. A new connection finds a server that took over.
      if (failure instanceof StoreError) client.release(true);
      else await rollBack(client);
      throw failure;
    }
  }

  /** Nothing has been done yet, so the transaction may be tried again. */
  async #begin(text: string, giveUpAt: number): Promise<PoolClient> {
    for (;;) {
      try {
        return await begin(this.#pool, text);
      } catch (error) {
        const failure = this.#failureOf(error);
        const busy = failure instanceof StoreError && failure.kind === 'busy';
        if (!busy || this.#world.ticks() > giveUpAt) {
          if (text === BEGIN_WRITE) this.#gaveUp = { at: this.#world.ticks(), failure };
          throw failure;
        }
        await this.#world.sleep(BUSY_PAUSE_MS);
      }
    }
  }

  #failureOf(error: unknown): unknown {
    if (isConnectionLost(error)) this.#pool.distrust();
    return postgresStoreError(error, this.#pool.name);
  }
}

async function begin(pool: PostgresPool, text: string): Promise<PoolClient> {
  const client = await pool.connect();
  try {
    const query = { text, queryTimeout: BEGIN_WITHIN_MS };
    await client.query(query);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A COMMIT of a failed transaction is answered by ROLLBACK, not by an error. */
async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('A statement of the transaction had failed.');
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}

function sqlOver(client: PoolClient): Sql {
  const query = (text: string, parameters: readonly SqlValue[] = []): Promise<QueryResult> =>
    client.query(text, parameters.map(storable));
  return {
    all: async (text, parameters) => named((await query(text, parameters)).rows),
    run: async (text, parameters) => (await query(text, parameters)).rowCount ?? 0,
  };
}

/**
 * Postgres cannot store NUL in a text, and UTF-8 cannot hold half a surrogate pair. The replacement character
 * stands for both. The payload must come back unchanged, and it does, because it is JSON, which escapes both.
 */
function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}
