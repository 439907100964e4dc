import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { World } from '../../model/world.ts';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { sqliteStoreError } from './sqlite-errors.ts';
import { sqlOf } from './sqlite-statements.ts';
import type { Database, Sql, SqlAbilities } from './sql.ts';

/**
 * SQLite's own busy wait blocks the event loop, so it is short. For the rest we wait ourselves, and other
 * work runs.
 */
const BUSY_WAIT_MS = 20;
const BUSY_GIVE_UP_MS = 2_000;
const BUSY_PAUSE_MS = 15;
/** A transaction blocks the event loop, especially when the disk takes long over the commit. */
const SLOW_MS = 20;

const CAN: SqlAbilities = {
  now: 'CAST(world_now() AS INTEGER)',
  texts: (parameter) => `(SELECT value FROM json_each(${parameter}))`,
};

/**
 * Opens a SQLite file, or creates it with mode 0600. With WAL and synchronous=FULL a committed transaction
 * survives a crash of the machine. Each process has one connection, and its transactions wait in line. A file
 * that is not a store of ours is left as it was, with its permissions.
 * @throws StoreError
 */
export async function openSqlite(path: string, world: World): Promise<Database> {
  const { DatabaseSync } = await importSqliteQuietly();
  let connection: DatabaseSync;
  try {
    makeFolder(dirname(path));
    makeFile(path);
    connection = new DatabaseSync(path, { timeout: BUSY_WAIT_MS });
  } catch (error) {
    throw sqliteStoreError(error, path);
  }
  const database = new SqliteDatabase(connection, path, world);
  try {
    await database.refuseOthers();
    await database.configure();
    closeToOthers(path);
  } catch (error) {
    connection.close();
    throw sqliteStoreError(error, path);
  }
  return database;
}

/** Creates the file for its owner only, because SQLite would make it readable for others at first. */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

/**
 * A file may come from a backup or another program, with other permissions. SQLite gives the two files beside
 * it the same.
 */
function closeToOthers(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    try {
      chmodSync(file, 0o600);
    } catch (error) {
      // Only its owner may change it. Another user who shares the store through the group leaves it
      // unchanged.
      if (!isCode(error, 'ENOENT') && !isCode(error, 'EPERM')) throw error;
    }
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Node 22 prints an ExperimentalWarning for node:sqlite, but users cannot do anything about it. */
async function importSqliteQuietly() {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => {};
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** One turn of the event loop accepts one new connection, and after a slow transaction many may wait. */
function othersTurn(world: World, tookMs: number): Promise<void> {
  if (tookMs >= SLOW_MS) return world.sleep(tookMs / 2);
  return new Promise((resolve) => world.soon(resolve));
}

/** A store in SQLite, over a connection that is already open. */
export class SqliteDatabase implements Database {
  readonly engine = 'sqlite';
  readonly can = CAN;
  readonly #connection: DatabaseSync;
  readonly #path: string;
  readonly #world: World;
  readonly #sql: Sql;
  /** The end of the queue: a transaction starts when the one before it has ended. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DatabaseSync, path: string, world: World) {
    this.#world = world;
    this.#connection = connection;
    // SQLite asks a deterministic function once in each statement, so all rows see the same time.
    connection.function('world_now', { deterministic: true }, () => world.now());
    this.#path = path;
    this.#sql = sqlOf(connection);
  }

  /** Checked before anything is written: a database with tables, but without one that ours always has. */
  async refuseOthers(): Promise<void> {
    await this.#retryBusy(() => {
      const tables = this.#connection.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
      if (tables.length === 0 || tables.some(({ name }) => name === 'migration')) return;
      throw new StoreError('broken', `The store ${this.#path} is the database of another program.`, {
        hint: 'Point DATABASE_URL to another file.',
      });
    });
  }

  async configure(): Promise<void> {
    await this.#retryBusy(() => {
      this.#connection.exec('PRAGMA journal_mode = WAL');
      this.#connection.exec('PRAGMA synchronous = FULL');
      this.#connection.exec('PRAGMA foreign_keys = ON');
      this.#connection.exec('PRAGMA journal_size_limit = 67108864');
    });
  }

  write<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    // IMMEDIATE, because a deferred transaction that reads first fails at once if another process has written
    // meanwhile.
    return this.#enqueue((giveUpAt) => this.#transaction('BEGIN IMMEDIATE', giveUpAt, work));
  }

  read<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#enqueue((giveUpAt) => this.#transaction('BEGIN', giveUpAt, work));
  }

  async close(): Promise<void> {
    await this.#last;
    this.#connection.close();
  }

  /**
   * @param work gets the time at which it stops waiting, so that queued transactions wait together and not
   * one by one
   */
  #enqueue<T>(work: (giveUpAt: number) => Promise<T>): Promise<T> {
    const giveUpAt = this.#world.ticks() + BUSY_GIVE_UP_MS;
    let began = 0;
    const result = this.#last.then(() => {
      began = this.#world.ticks();
      return work(giveUpAt);
    });
    // A transaction runs without a break. Requests get their turn before the next one.
    this.#last = result.catch(() => {}).then(() => othersTurn(this.#world, this.#world.ticks() - began));
    return result;
  }

  async #transaction<T>(begin: string, giveUpAt: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    try {
      await this.#retryBusy(() => this.#connection.exec(begin), giveUpAt);
      const result = await work(this.#sql);
      await this.#retryBusy(() => this.#connection.exec('COMMIT'));
      return result;
    } catch (error) {
      // SQLite ends the transaction by itself, for example on a full disk.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw sqliteStoreError(error, this.#path);
    }
  }

  async #retryBusy(attempt: () => void, giveUpAt = this.#world.ticks() + BUSY_GIVE_UP_MS): Promise<void> {
    for (;;) {
      try {
        attempt();
        return;
      } catch (error) {
        const failure = sqliteStoreError(error, this.#path);
        const busy = failure instanceof StoreError && failure.kind === 'busy';
        if (!busy || this.#world.ticks() > giveUpAt) throw failure;
        await this.#world.sleep(BUSY_PAUSE_MS);
      }
    }
  }
}
