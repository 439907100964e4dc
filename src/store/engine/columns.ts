/**
 * The border between the names of the database and those of the code. `identity_id` in SQL becomes
 * `identityId` wherever a row is read.
 */
import type { SqlRow } from './sql.ts';

/** The name of a column in code. */
export function nameOf(column: string): string {
  return column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The column behind a name in code. */
export function columnOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** SQL: the columns of a schema's row, for a SELECT. */
export function columnsOf(schema: { readonly shape: object }): string {
  return Object.keys(schema.shape).map(columnOf).join(', ');
}

/** Rows as a driver returns them, under the names of the code. */
export function named(rows: readonly SqlRow[]): SqlRow[] {
  const names = Object.keys(rows[0] ?? {}).map((column) => [column, nameOf(column)] as const);
  return rows.map((row) => {
    const renamed: { [name: string]: unknown } = {};
    for (const [column, name] of names) renamed[name] = row[column];
    return renamed;
  });
}
