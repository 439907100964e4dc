import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readContactsByEmail } from '../../src/store/key/linked.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { entryOf, idOf, peopleIn, RULES } from './fixtures.ts';
import { openAt, temporaryFolder } from './sqlite-store.ts';

/** A store made by the previous version, with a call in doubt and a linked contact whose email is known. */
function storeOfBefore(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE migration (number INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)');
  for (const name of ['0001_first', '0002_scans']) {
    const file = new URL(`../../src/store/migrations/sqlite/${name}.sql`, import.meta.url);
    database.exec(readFileSync(file, 'utf8'));
    database.prepare('INSERT INTO migration VALUES (?, 0)').run(Number(name.slice(0, 4)));
  }
  database.exec("INSERT INTO store (id, hmac_key, born_at) VALUES (1, x'00', 0)");
  const marks = [
    { call: 'lost', fields: ['Email'], key: ' Old@Example.com' },
    { call: 'lost too', fields: ['Phone'], key: null, contact: '7' },
  ];
  database
    .prepare(
      `INSERT INTO outbox (identity_id, kind, state, event, priority, payload, hint, read_first, compare, version,
                           verified, as_of, content_hash, mapping_hash, email_key, revision, put_at, due_at, marks)
       VALUES (?, 'upsert', 'waiting', 'settings', 0, '{}', 0, 0, 0, 1, 0, 1, 'c', 'm', 'new@example.com', 1, 0, 9e15, ?)`,
    )
    .run(idOf(1), JSON.stringify(marks));
  database
    .prepare("INSERT INTO ledger (identity_id, contact_id, email_hash) VALUES (?, '9', 'hash')")
    .run(idOf(3));
  database.close();
}

test('a store of the previous version keeps its doubts and the email of each contact', async () => {
  const path = join(await temporaryFolder(), 'store.db');
  storeOfBefore(path);
  const store = await openAt(path);
  await put(store, [entryOf(2, { emailKey: 'old@example.com' })], RULES);
  const claimed = await claim(store, 100);
  expect(peopleIn(claimed.rows)).toEqual([1]);
  expect(claimed.doubtOnly).toEqual(new Set([idOf(1)]));
  expect(await readContactsByEmail(store, ['hash'])).toEqual(
    new Map([['hash', [{ contactId: '9', identityId: idOf(3) }]]]),
  );
  expect(
    await store.database.read((sql) =>
      sql.all('SELECT key FROM identity_key WHERE in_doubt = 1 ORDER BY key'),
    ),
  ).toEqual([{ key: 'contact:7' }, { key: 'old@example.com' }]);
});
