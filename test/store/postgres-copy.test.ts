import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bindStore } from '../../src/store/binding.ts';
import { COPIED_TABLES, copyStore } from '../../src/store/copy.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { writeMarks } from '../../src/store/outbox/write-marks.ts';
import type { SqlRow } from '../../src/store/engine/sql.ts';
import { tokenCache } from '../../src/store/token.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { RULES, changeOf, entryOf, idOf, markOf, putPeople, runOut } from './fixtures.ts';
import { openSqliteStore } from './sqlite-store.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

async function openPostgresStore(): Promise<Store> {
  const store = await openStore(await server.newDatabase());
  onTestFinished(() => store.close());
  return store;
}

const TOKEN = { sealed: 's', expiresAt: 1, accepted: true, attempts: [], blockedUntil: 0, dead: null };
const BINDING = { zoho: 'accounts.zoho.com client Contacts', ory: null, mappingHash: 'mapping' };

/** Two linked, one failed, one with a mark in doubt, one waiting, a token, and a row in each other table. */
async function fill(store: Store): Promise<void> {
  await bindStore(store, BINDING);
  await tokenCache(store).update('key', () => ({ ...TOKEN, refreshing: null }));
  await putPeople(store, 1, 2, 3);
  const { token, rows } = await claim(store, 100);
  const failure = { reason: 'zoho_error', code: 'X', field: null, message: 'no', answer: null } as const;
  await settle(
    store,
    token,
    rows.map((row, index) =>
      index < 2
        ? { row, delivered: { contactId: `${index}`, sent: { Email: 'hash' } }, outcome: 'created' }
        : { row, delivered: {}, outcome: 'failed', failure, marks: [markOf('failed')] },
    ),
  );
  await putPeople(store, 4);
  const second = await claim(store, 100);
  await writeMarks(store, second.token, [{ identityId: idOf(4), marks: [markOf('in doubt')] }]);
  await runOut(store, 4);
  await put(store, [entryOf(5, { payload: JSON.stringify({ odd: 'a\u0000\ud800b' }) })], RULES);
  await store.database.write(async (sql) => {
    await sql.run(
      `INSERT INTO scan (kind, run, state, options, started_at) VALUES ('backfill', 7, 'reading', '{}', 1)`,
    );
    for (const outcome of ['created', 'unchanged']) {
      await sql.run(`INSERT INTO scan_count (run, outcome, reason, n) VALUES (7, '${outcome}', '', 1)`);
    }
    await sql.run(`INSERT INTO heritage (contact_id, sent, tags) VALUES ('9', '{}', '[]')`);
    await sql.run(`INSERT INTO absent (identity_id, run) VALUES ('${idOf(1)}', 7)`);
    await sql.run(`INSERT INTO field_list (module, read_at, fields) VALUES ('Contacts', 1, '[]')`);
  });
}

async function contentOf(store: Store): Promise<Record<string, unknown[]>> {
  const content: Record<string, unknown[]> = {};
  for (const [table, keys] of Object.entries(COPIED_TABLES)) {
    content[table] = await store.database.read(async (sql) => {
      const rows = await sql.all(`SELECT * FROM ${table} ORDER BY ${keys.join(', ')}`);
      return rows.map(plain);
    });
  }
  return content;
}

/** The two drivers use different classes for bytes, and for rows. */
function plain(row: SqlRow): Record<string, unknown> {
  const { hmacKey: key } = row;
  return { ...row, ...(key instanceof Uint8Array && { hmacKey: Buffer.from(key).toString('hex') }) };
}

describe('A copy of a store', () => {
  test('from SQLite to Postgres and back holds everything, and works with it', async () => {
    const { store: sqlite } = await openSqliteStore();
    await fill(sqlite);
    const before = await contentOf(sqlite);
    for (const [table, rows] of Object.entries(before)) expect([table, rows.length]).not.toEqual([table, 0]);

    const url = await server.newDatabase();
    const target = await openStore(url);
    expect(await copyStore(sqlite, target)).toMatchObject({ ledger: 3, outbox: 3, token: 1, scan_count: 2 });
    await target.close();
    const postgres = await openStore(url);
    onTestFinished(() => postgres.close());
    expect(await contentOf(postgres)).toEqual(before);

    const { store: back } = await openSqliteStore();
    await copyStore(postgres, back);
    expect(await contentOf(back)).toEqual(before);

    expect(postgres.hmac('text')).toBe(sqlite.hmac('text'));
    expect(postgres.bornAt).toBe(sqlite.bornAt);
    await expect(bindStore(postgres, { ...BINDING, zoho: 'another' })).rejects.toThrow('another');
    expect(await put(postgres, [entryOf(1), changeOf(2, 2)], RULES)).toEqual(['same', 'put']);
    expect((await claim(postgres, 100)).rows.map((row) => [row.identityId, row.marks])).toEqual([
      [idOf(4), [markOf('in doubt')]],
      [idOf(5), []],
      [idOf(2), []],
    ]);
  });

  test('with more rows than a statement can hold has each row once', async () => {
    const { store: sqlite } = await openSqliteStore();
    for (let first = 1; first <= 1_101; first += 100) {
      await putPeople(sqlite, ...Array.from({ length: 100 }, (_, index) => first + index));
    }
    const postgres = await openPostgresStore();
    expect(await copyStore(sqlite, postgres)).toMatchObject({ outbox: 1_200 });
    expect(await contentOf(postgres)).toEqual(await contentOf(sqlite));
  });

  test('includes all tables', async () => {
    const { store } = await openSqliteStore();
    const rows = await store.database.read((sql) =>
      sql.all("SELECT name FROM sqlite_schema WHERE type = 'table'"),
    );
    const names = rows.map(({ name }) => name).filter((name) => name !== 'migration' && name !== 'process');
    expect(new Set(Object.keys(COPIED_TABLES))).toEqual(new Set(names));
  });

  test('is refused while a process works on the source', async () => {
    const { store: sqlite } = await openSqliteStore();
    await putPeople(sqlite, 1);
    await sqlite.database.write((sql) =>
      sql.run(
        `INSERT INTO process (id, kind, host, pid, started_at, beat_at, mapping_hash, health)
         VALUES ('it', 'serve', 'there', 17, 1, ${sqlite.database.can.now}, '', 'null')`,
      ),
    );
    const postgres = await openPostgresStore();
    const refused = copyStore(sqlite, postgres);
    await expect(refused).rejects.toMatchObject({ code: 'store_in_use' });
    await expect(refused).rejects.toThrow('process 17 on there');
    expect((await contentOf(postgres))['outbox']).toEqual([]);
  });

  test('into a store that has been used is refused, and changes nothing there', async () => {
    const { store: sqlite } = await openSqliteStore();
    await putPeople(sqlite, 1);
    const postgres = await openPostgresStore();
    await putPeople(postgres, 2);
    const before = await contentOf(postgres);
    await expect(copyStore(sqlite, postgres)).rejects.toMatchObject({ code: 'store_not_empty', exitCode: 2 });
    expect(await contentOf(postgres)).toEqual(before);
  });
});
