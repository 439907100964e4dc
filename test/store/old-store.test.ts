import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readBoundOry } from '../../src/store/binding.ts';
import { migrations } from '../../src/store/engine/migrate.ts';
import { openAt, temporaryFolder } from './sqlite-store.ts';

/** A store that an older version has made and bound to this address of Ory. */
async function storeBefore(number: number, ory: string | null): Promise<string> {
  const path = join(await temporaryFolder(), 'store.db');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE migration (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)');
  for (const migration of migrations('sqlite').filter((one) => one.number < number)) {
    database.exec(migration.text);
    database.prepare('INSERT INTO migration VALUES (?, 1)').run(migration.number);
  }
  database
    .prepare('INSERT INTO store (id, hmac_key, born_at, ory) VALUES (1, ?, 1, ?)')
    .run(new Uint8Array(32), ory);
  database.close();
  return path;
}

test.each([
  ['http://admin:hush-hush@kratos.example.org:4434/', 'http://kratos.example.org:4434'],
  ['HTTPS://Slug.projects.oryapis.com:443', 'https://slug.projects.oryapis.com'],
  ['http://127.0.0.1:4434/kratos', 'http://127.0.0.1:4434/kratos'],
  [null, null],
])('0004: %j, as an older version kept it, becomes %j', async (kept, becomes) => {
  const store = await openAt(await storeBefore(4, kept));
  expect(await readBoundOry(store)).toBe(becomes);
});
