/**
 * The few things that the store's operations need from a database. They use plain SQL with `$1` parameters,
 * which both SQLite and Postgres understand. Where the two differ, `can` has a named ability.
 */

export type SqlValue = string | number | null | Uint8Array;

/** A row as it was read, with names in camelCase (columns.ts). Each operation parses it with a schema. */
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
  /** The database's clock in ms since 1970. Leases of several processes are measured by this one clock. */
  readonly now: string;
  /** `(…)` for use after IN: the texts of the JSON array in a parameter. */
  readonly texts: (parameter: string) => string;
}

export interface Database {
  readonly engine: Engine;
  readonly can: SqlAbilities;
  /**
   * Runs `work` in one write transaction, which is rolled back if it throws. There is one writer at a time,
   * among all processes. Throws StoreError: `busy` after 2 s of trying, `full`, `read_only`, `broken`. Only
   * after `busy` of Postgres is it unknown whether the work was done, because the connection may be lost
   * between COMMIT and its answer.
   */
  write<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs `work` on one consistent state. */
  read<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * `($1, $2), ($3, $4)`: the placeholders of `rows` rows with `width` values each, and `tail` after the values
 * of each row.
 */
export function placeholders(rows: number, width: number, tail = ''): string {
  const row = (r: number) =>
    `(${Array.from({ length: width }, (_, column) => `$${r * width + column + 1}`).join(', ')}${tail})`;
  return Array.from({ length: rows }, (_, r) => row(r)).join(', ');
}
