import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { columnOf, columnsOf, named, nameOf } from './columns.ts';

test.each([
  ['identity_id', 'identityId'],
  ['first_strike_at', 'firstStrikeAt'],
  ['marks', 'marks'],
  ['n', 'n'],
])('the column %s is %s in code, and back', (column, name) => {
  expect(nameOf(column)).toBe(name);
  expect(columnOf(name)).toBe(column);
});

test('the columns of a schema, and rows under its names', () => {
  const schema = z.object({ identityId: z.string(), dueAt: z.number() });
  expect(columnsOf(schema)).toBe('identity_id, due_at');
  const rows = named([
    { identity_id: 'a', due_at: 1 },
    { identity_id: 'b', due_at: 2 },
  ]);
  expect(rows.map((row) => schema.parse(row))).toEqual([
    { identityId: 'a', dueAt: 1 },
    { identityId: 'b', dueAt: 2 },
  ]);
  expect(named([])).toEqual([]);
});

/** Names in JSON that processes of other versions read. */
const NAMES_IN_JSON = ['credits_remaining', 'token_expires_at'];
/** Files that hold names of tables, or names from other libraries. */
const OF_OTHERS = ['copy.ts', 'engine/postgres-pool.ts'];

test('no other name of a column leaves SQL', () => {
  const store = join(import.meta.dirname, '..');
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const found = files
    .filter((file) => !file.endsWith('.test.ts') && !OF_OTHERS.includes(file))
    .flatMap((file) => [
      ...readFileSync(join(store, file), 'utf8').matchAll(/^ *(?:readonly )?([a-z]+_[a-z_]+)\??:/gm),
    ])
    .flatMap(([, name]) => name ?? []);
  expect(found.filter((name) => !NAMES_IN_JSON.includes(name))).toEqual([]);
});
