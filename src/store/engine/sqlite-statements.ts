import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { named } from './columns.ts';
import type { Sql } from './sql.ts';

/** Statements on this connection. Each text is prepared once. */
export function sqlOf(connection: DatabaseSync): Sql {
  const statements = new Map<string, StatementSync>();
  const prepared = (text: string): StatementSync => {
    let statement = statements.get(text);
    if (statement === undefined) {
      statement = connection.prepare(questionMarks(text));
      statements.set(text, statement);
    }
    return statement;
  };
  return {
    all: async (text, parameters = []) => named(prepared(text).all(...parameters)),
    run: async (text, parameters = []) => Number(prepared(text).run(...parameters).changes),
  };
}

/**
 * Translates `$1` for SQLite: to `?1`, or to `?` if each number comes once and in order. SQLite searches its
 * list of numbers for every value it binds. With the 700 values of a group of webhooks this took longer than
 * the insert.
 */
function questionMarks(text: string): string {
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  const inOrder = numbers.every((number, index) => number === index + 1);
  return text.replaceAll(/\$(\d+)/g, inOrder ? '?' : '?$1');
}
