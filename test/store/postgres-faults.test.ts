import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { countOutbox } from '../../src/store/outbox/count.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { startPostgres } from '../postgres-server.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import type { TcpProxy } from '../tcp-proxy.ts';
import { RULES, changeOf, claimPerson, idOf, peopleIn, putPeople, rowOf } from './fixtures.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

async function openAt(url: string): Promise<Store> {
  const store = await openStore(url);
  onTestFinished(() => store.close());
  return store;
}

/** A store behind a wire that can go dead, and the same store over a working one. */
async function openBehindProxy(): Promise<{ proxy: TcpProxy; store: Store; sound: Store }> {
  const url = await server.newDatabase();
  const proxy = await startTcpProxy(server.port);
  onTestFinished(() => proxy.close());
  return {
    proxy,
    store: await openAt(url.replace(String(server.port), String(proxy.port))),
    sound: await openAt(url),
  };
}

/** Another session that keeps the writers' lock until it is released. */
async function lockOut(url: string): Promise<() => Promise<void>> {
  const other = await openStore(url);
  let letGo = () => {};
  const locked = new Promise<void>((resolve) => {
    void other.database.write(async (sql) => {
      await sql.run('SET LOCAL idle_in_transaction_session_timeout = 0');
      resolve();
      await new Promise<void>((released) => (letGo = released));
    });
  });
  await locked;
  return async () => {
    letGo();
    await other.close();
  };
}

describe('The Postgres database', () => {
  test('is one store when four processes open it at once for the first time', async () => {
    const url = await server.newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openAt(url)));
    expect(new Set(stores.map((store) => `${store.bornAt} ${store.hmac('')}`)).size).toBe(1);
  });

  test('is named by either word', async () => {
    const url = await server.newDatabase();
    await putPeople(await openAt(url), 1);
    const same = await openAt(url.replace('postgres://', 'postgresql://'));
    expect((await countOutbox(same)).due).toBe(1);
  });

  test('that a newer version has migrated is refused', async () => {
    const url = await server.newDatabase();
    await (await openStore(url)).close();
    await server.run('INSERT INTO migration (number, applied_at) VALUES (9999, 0)', url);
    await expect(openStore(url)).rejects.toMatchObject({ kind: 'broken', exitCode: 2 });
  });

  test('with an encoding other than UTF-8 is refused, because it cannot hold every name', async () => {
    const url = await server.newDatabase("ENCODING 'LATIN1' TEMPLATE template0");
    await expect(openStore(url)).rejects.toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('LATIN1'),
    });
  });

  test('rule 30: commits to the disk even if it is configured not to wait for it', async () => {
    const url = await server.newDatabase();
    await server.run(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET synchronous_commit = off`);
    const store = await openAt(url);
    const [row] = await store.database.write((sql) => sql.all('SHOW synchronous_commit'));
    expect(row).toEqual({ synchronousCommit: 'on' });
  });

  test('finds the first rows of a quickly filled outbox by its index', async () => {
    const url = await server.newDatabase();
    const store = await openAt(url);
    for (let first = 0; first < 5_000; first += 100) {
      await putPeople(store, ...Array.from({ length: 100 }, (_, index) => first + index));
    }
    const plan = await store.database.read((sql) =>
      sql.all(
        `EXPLAIN SELECT identity_id FROM outbox
          WHERE state = 'waiting' AND due_at <= ${store.database.can.now} AND lease_until IS NULL
          ORDER BY priority, due_at LIMIT 100`,
      ),
    );
    expect(JSON.stringify(plan)).toContain('Index Scan using outbox_due');
    expect(JSON.stringify(plan)).not.toContain('Sort');
  });

  test('refuses a number beyond 2^53 instead of rounding it', async () => {
    const store = await openAt(await server.newDatabase());
    const read = store.database.read((sql) => sql.all('SELECT 9007199254740993::bigint AS n'));
    await expect(read).rejects.toThrow('2^53');
  });
});

describe('A Postgres that cannot be used: the message says what is wrong and what to do, and never the password', () => {
  const cases: [string, (url: URL) => unknown, object][] = [
    ['a wrong password', (url) => (url.password = 'wrong-password'), { kind: 'broken', exitCode: 2 }],
    ['a database that is not there', (url) => (url.pathname = '/nowhere'), { kind: 'broken', exitCode: 2 }],
    ['an unknown host', (url) => (url.hostname = 'postgres.invalid'), { kind: 'busy', exitCode: 1 }],
    ['a port without a server', (url) => (url.port = '1'), { kind: 'busy', exitCode: 1 }],
    ['TLS that the server does not have', (url) => (url.search = 'sslmode=verify-full'), { kind: 'broken' }],
    ['a certificate that is not there', (url) => (url.search = 'sslrootcert=/no'), { code: 'database_url' }],
  ];
  test.each(cases)('%s', async (_what, change, expected) => {
    const url = new URL(await server.newDatabase());
    change(url);
    const error: unknown = await openStore(url.href).catch((reason: unknown) => reason);
    expect(error).toMatchObject(expected);
    expect(inspect(error, { depth: 9 })).not.toContain(url.password);
    expect(inspect(error, { depth: 9 })).not.toContain(decodeURIComponent(url.password));
  });

  test('a URL that cannot be read', async () => {
    const error: unknown = await openStore('postgres://me:my-secret@host:port/x').catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'database_url', exitCode: 2 });
    expect(inspect(error, { depth: 9 })).not.toContain('my-secret');
  });

  test('a role that may not create tables', async () => {
    const url = await server.newDatabase();
    await server.run('CREATE ROLE guest LOGIN PASSWORD $$guest$$');
    const asGuest = server.url(new URL(url).pathname.slice(1), { user: 'guest', password: 'guest' });
    await expect(openStore(asGuest)).rejects.toMatchObject({
      kind: 'read_only',
      hint: expect.stringContaining('CREATE'),
    });
  });

  test('no connection left', async () => {
    const url = await server.newDatabase();
    const database = new URL(url).pathname.slice(1);
    await server.run(
      `CREATE ROLE crowd LOGIN PASSWORD $$crowd$$; ALTER DATABASE ${database} CONNECTION LIMIT 0`,
    );
    const refused = openStore(server.url(database, { user: 'crowd', password: 'crowd' }));
    await expect(refused).rejects.toMatchObject({
      kind: 'busy',
      hint: expect.stringContaining('max_connections'),
    });
  });

  test.each([
    ['53100', 'full', 1],
    ['57P01', 'busy', 1],
    ['40P01', 'busy', 1],
    ['57014', 'busy', 1],
    ['XX001', 'broken', 2],
    ['58030', 'broken', 1],
  ])('the server says %s: %s, and nothing was put in', async (state, kind, exitCode) => {
    const url = await server.newDatabase();
    const store = await openAt(url);
    await server.run(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
         AS $$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END$$;
       CREATE TRIGGER refuse AFTER INSERT ON outbox EXECUTE FUNCTION refuse()`,
      url,
    );
    const refused = putPeople(store, 1);
    await expect(refused).rejects.toBeInstanceOf(StoreError);
    await expect(refused).rejects.toMatchObject({ kind, exitCode });
    await server.run('DROP TRIGGER refuse ON outbox', url);
    expect((await countOutbox(store)).due).toBe(0);
    expect(await putPeople(store, 1)).toEqual(['put']);
  });

  test('read-only: reads still work, and writes again once they are allowed', async () => {
    const url = await server.newDatabase();
    const store = await openAt(url);
    const database = new URL(url).pathname.slice(1);
    const endSessions = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`;
    await server.run(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    await server.run(endSessions);
    await expect(putPeople(store, 1)).rejects.toMatchObject({ kind: 'read_only', exitCode: 1 });
    expect((await countOutbox(store)).due).toBe(0);
    await server.run(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
    await server.run(endSessions);
    expect(await putPeople(store, 1)).toEqual(['put']);
  });
});

describe('Writers of all processes take turns', () => {
  test('four processes that claim at once get different rows', async () => {
    const url = await server.newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => openAt(url)));
    const people = Array.from({ length: 100 }, (_, person) => person);
    const [first] = stores;
    if (first !== undefined) await putPeople(first, ...people);
    const claims = await Promise.all(stores.flatMap((store) => [1, 2, 3, 4, 5].map(() => claim(store, 5))));
    expect(claims.flatMap(({ rows }) => peopleIn(rows)).sort((left, right) => left - right)).toEqual(people);
  });

  test('the newest of several changes stays when four processes put them in at once', async () => {
    const url = await server.newDatabase();
    const writers = await Promise.all([1, 2, 3, 4].map(() => openAt(url)));
    const versions = [7, 3, 9, 1, 5, 10, 2, 8, 4, 6];
    await Promise.all(
      writers.flatMap((store) => versions.map((version) => put(store, [changeOf(1, version)], RULES))),
    );
    const rows = await server.run('SELECT version::int FROM outbox', url);
    expect(rows).toEqual([{ version: 10 }]);
  });

  test('one waits for the other', async () => {
    const url = await server.newDatabase();
    const store = await openAt(url);
    const release = await lockOut(url);
    const put = putPeople(store, 1);
    await release();
    expect(await put).toEqual(['put']);
  });

  test('and gives up in the end, with nothing put in; reads work meanwhile', async () => {
    const url = await server.newDatabase();
    const store = await openAt(url);
    const release = await lockOut(url);
    const put = putPeople(store, 1).catch((error: unknown) => error);
    expect((await countOutbox(store)).due).toBe(0);
    expect(await put).toMatchObject({ kind: 'busy', code: 'store_busy', exitCode: 1 });
    await release();
    expect((await countOutbox(store)).due).toBe(0);
    expect(await putPeople(store, 1)).toEqual(['put']);
  });
});

describe('A server that restarts', () => {
  test.each(['fast', 'immediate'] as const)(
    '%s: the next put waits for it, and nothing is lost',
    async (how) => {
      const store = await openAt(await server.newDatabase());
      await putPeople(store, 1);
      await server.stop(how);
      const put = putPeople(store, 2);
      await server.start();
      expect(await put).toEqual(['put']);
      expect((await countOutbox(store)).due).toBe(2);
    },
  );

  test('while it is not in use: no process ends', async () => {
    const store = await openAt(await server.newDatabase());
    await Promise.all([countOutbox(store), countOutbox(store), putPeople(store, 1)]);
    await server.stop('immediate');
    await server.start();
    expect((await countOutbox(store)).due).toBe(1);
  });
});

/** How long it takes until all have given up. */
async function givenUpAfter(attempts: readonly Promise<unknown>[]): Promise<number> {
  const began = performance.now();
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.map(({ status }) => status)).toEqual(attempts.map(() => 'rejected'));
  return performance.now() - began;
}

describe('A server that is away', () => {
  test('ten writes at once wait for it together, not one after the other', async () => {
    const store = await openAt(await server.newDatabase());
    await server.stop('immediate');
    onTestFinished(() => server.start());
    const one = await givenUpAfter([putPeople(store, 1)]);
    const ten = await givenUpAfter(Array.from({ length: 10 }, (_, person) => putPeople(store, person)));
    expect(ten / one).toBeLessThan(3);
  });

  test('behind a network that swallows everything: five writes at once give up together', async () => {
    const { proxy, store } = await openBehindProxy();
    proxy.goDead({ forNew: true });
    const one = await givenUpAfter([putPeople(store, 1)]);
    const five = await givenUpAfter(Array.from({ length: 5 }, (_, person) => putPeople(store, person)));
    expect(five / one).toBeLessThan(3);
  });
});

describe('A connection that is silently dead', () => {
  test('is given up with all other connections as old: the next put uses a new one', async () => {
    const { proxy, store } = await openBehindProxy();
    await Promise.all([1, 2, 3, 4].map(() => countOutbox(store)));
    proxy.goDead();
    await expect(putPeople(store, 1)).rejects.toMatchObject({ kind: 'busy' });
    expect(await putPeople(store, 1)).toEqual(['put']);
  });

  test('is given up at the first use too', async () => {
    const proxy = await startTcpProxy(server.port);
    onTestFinished(() => proxy.close());
    proxy.goDead({ forNew: true });
    const url = (await server.newDatabase()).replace(String(server.port), String(proxy.port));
    await expect(openStore(url)).rejects.toMatchObject({ kind: 'busy' });
  });

  test('in the middle of a write does not block the others, because the server ends it', async () => {
    const { proxy, store, sound } = await openBehindProxy();
    const lost = store.database.write(async (sql) => {
      await sql.run("UPDATE store SET ory = 'lost'");
      proxy.goDead();
      await sql.run("UPDATE store SET zoho = 'lost'");
    });
    const failed = expect(lost).rejects.toMatchObject({ kind: 'busy' });
    const [row] = await untilNotBusy(() =>
      sound.database.write((sql) => sql.all('SELECT ory, zoho FROM store')),
    );
    expect(row).toEqual({ ory: null, zoho: null });
    await failed;
  });

  test('at the end of a put leaves open whether it was stored, and repeating it is safe', async () => {
    const { proxy, store, sound } = await openBehindProxy();
    const cut = proxy.goDeadAfter('COMMIT\0');
    await expect(putPeople(store, 1)).rejects.toMatchObject({ kind: 'busy' });
    await cut;
    expect((await countOutbox(sound)).due).toBe(1);
    expect(await putPeople(store, 1)).toEqual(['same']);
  });

  test('at the end of a settle leaves no row behind and none twice', async () => {
    const { proxy, store, sound } = await openBehindProxy();
    const { token, row } = await claimPerson(store);
    const settled = () => settle(store, token, [{ row, delivered: { contactId: '1' }, outcome: 'created' }]);
    const cut = proxy.goDeadAfter('COMMIT\0');
    await expect(settled()).rejects.toMatchObject({ kind: 'busy' });
    await cut;
    expect(await rowOf(sound, 1)).toBeUndefined();
    expect(await settled()).toEqual(new Map([[idOf(1), 'lost']]));
    expect(peopleIn((await claim(sound, 100)).rows)).toEqual([]);
  });
});

async function untilNotBusy<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'busy') throw error;
    }
  }
}
