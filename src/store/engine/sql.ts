/**
 * The few things the store's operations need of a database. They write plain SQL with `$1` parameters that SQLite
 * and Postgres both understand; where the two differ, the difference is an ability with a name, here.
 */

export type SqlValue = string | number | null | Uint8Array;

/** A row as it was read, its names in camelCase (columns.ts); each operation parses it by a schema. */
export type SqlRow = { readonly [column: string]: unknown };

export interface Sql {
  all(text: string, parameters?: readonly SqlValue[]): Promise<SqlRow[]>;
  /** Resolves to the number of rows changed. */
  run(text: string, parameters?: readonly SqlValue[]): Promise<number>;
}

/** Each has a folder of migrations. */
export type Engine = 'sqlite' | 'postgres';

/** What differs between the two databases, as SQL expressions. */
export interface SqlAbilities {
  /** The database's clock in ms since 1970: leases of several processes are measured by one clock. */
  readonly now: string;
  /** `(…)` to stand after IN: the texts of the JSON array in a parameter. */
  readonly texts: (parameter: string) => string;
}

export interface Database {
  readonly engine: Engine;
  readonly can: SqlAbilities;
  /**
   * Runs `work` in one write transaction; nothing of it remains when it throws. Writers are serialised, those of other
   * processes too. Throws StoreError: `busy` after 2 s of trying, `full`, `read_only`, `broken`. Only `busy` of Postgres
   * leaves it open whether the work was done: the connection may be lost between COMMIT and its answer.
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs `work` on one consistent state. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `($1, $2), ($3, $4)`: the placeholders of `rows` rows with `width` values each, and the same `tail` after them in each. */
export function placeholders(rows: number, width: number, tail = ''): string {
  const row = (r: number) =>
    `(${Array.from({ length: width }, (_, column) => `$${r * width + column + 1}`).join(', ')}${tail})`;
  return Array.from({ length: rows }, (_, r) => row(r)).join(', ');
}
