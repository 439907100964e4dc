import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import type { TokenRow } from '../../src/model/token-cache.ts';
import { bindOrg, bindStore, readBoundOry, rebindOry } from '../../src/store/binding.ts';
import { keepFieldList, readFieldList } from '../../src/store/field-list.ts';
import { confirmOryProject, isOryConfirmed, readProvingIds } from '../../src/store/ory-project.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { tokenCache } from '../../src/store/token.ts';
import type { OpenStore } from './fixtures.ts';
import { RULES, entryOf, idOf } from './fixtures.ts';

const BINDING = {
  zoho: 'accounts.zoho.com client Contacts',
  ory: 'https://project.example',
  mappingHash: 'one',
};

const TOKEN: TokenRow = {
  sealed: 'sealed',
  expiresAt: 1,
  accepted: true,
  attempts: [1, 2],
  blockedUntil: 0,
  dead: null,
  refreshing: { by: 'me', until: 3 },
};

export function ownRowSuite(open: OpenStore): void {
  describe('the store’s own key', () => {
    test('gives the same HMAC to every process of one store, and another to another store', async () => {
      const [one, two] = [await open(), await open()];
      expect((await one.another()).hmac('text')).toBe(one.store.hmac('text'));
      expect(two.store.hmac('text')).not.toBe(one.store.hmac('text'));
      expect(one.store.hmac('text')).toMatch(/^[\w-]{22}$/);
    });

    test('the time when the store was made is kept', async () => {
      const { store, another } = await open();
      expect((await another()).bornAt).toBe(store.bornAt);
    });
  });

  describe('binding', () => {
    test('the first use binds, and the same values are accepted again', async () => {
      const { store } = await open();
      expect(await bindStore(store, BINDING)).toEqual({ mappingChanged: false });
      expect(await bindStore(store, BINDING)).toEqual({ mappingChanged: false });
    });

    test('another Zoho connection is refused, and changes nothing', async () => {
      const { store } = await open();
      await bindStore(store, BINDING);
      const zoho = 'accounts.zoho.eu client Contacts';
      const refused = bindStore(store, { ...BINDING, zoho, mappingHash: 'two' });
      await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
      await expect(refused).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining('Zoho connection'),
      });
      expect(await bindStore(store, BINDING)).toEqual({ mappingChanged: false });
    });

    test('the Ory project may be missing at first and be given later', async () => {
      const { store } = await open();
      await bindStore(store, { ...BINDING, ory: null });
      await bindStore(store, BINDING);
      await bindStore(store, { ...BINDING, ory: null });
      expect(await readBoundOry(store)).toBe(BINDING.ory);
    });

    test('another address of Ory does not bind by itself; a new binding is proved anew', async () => {
      const { store } = await open();
      const other = 'https://another.example';
      await bindStore(store, BINDING);
      await put(store, [entryOf(1)], RULES);
      expect(await confirmOryProject(store, [idOf(1)])).toBe(true);
      await bindStore(store, { ...BINDING, ory: other });
      expect(await readBoundOry(store)).toBe(BINDING.ory);

      expect(await rebindOry(store, 'https://long.gone', other)).toBe(false);
      expect(await isOryConfirmed(store)).toBe(true);
      expect(await rebindOry(store, BINDING.ory, other)).toBe(true);
      expect(await readBoundOry(store)).toBe(other);
      expect(await isOryConfirmed(store)).toBe(false);
    });

    test('rule 18: another mapping than before is reported', async () => {
      const { store } = await open();
      await bindStore(store, BINDING);
      expect(await bindStore(store, { ...BINDING, mappingHash: 'two' })).toEqual({ mappingChanged: true });
    });
  });

  describe('the Ory project is proved', () => {
    test('for good once it has returned an identity that is in the ledger', async () => {
      const { store } = await open();
      await put(store, [entryOf(1, { event: 'sync', readAsOf: 1 })], RULES);
      const { token, rows } = await claim(store, 1);
      expect(await confirmOryProject(store, [idOf(1)])).toBe(false);
      await settle(
        store,
        token,
        rows.map((row) => ({ row, delivered: {}, outcome: 'unchanged' })),
      );
      expect(await confirmOryProject(store, [idOf(2)])).toBe(false);
      expect(await confirmOryProject(store, [])).toBe(false);
      expect(await isOryConfirmed(store)).toBe(false);
      expect(await confirmOryProject(store, [idOf(2), idOf(1)])).toBe(true);
      expect(await confirmOryProject(store, [])).toBe(true);
      expect(await isOryConfirmed(store)).toBe(true);
    });

    test.each(['registration', 'settings', 'verification', 'login', 'recovery'] as const)(
      'once it has returned an identity that a webhook announced (%s)',
      async (event) => {
        const { store } = await open();
        await put(store, [entryOf(1, { event })], RULES);
        expect(await readProvingIds(store, 20)).toEqual([idOf(1)]);
        expect(await confirmOryProject(store, [idOf(2)])).toBe(false);
        expect(await confirmOryProject(store, [idOf(1)])).toBe(true);
      },
    );

    test('by nothing that came from itself: sync, backfill, a sign-up that a scan has found', async () => {
      const { store } = await open();
      const told = [
        entryOf(1, { event: 'sync', readAsOf: 1 }),
        entryOf(2, { event: 'backfill', readAsOf: 1 }),
        entryOf(3, { event: 'registration', readAsOf: 1, priority: 2 }),
      ];
      await put(store, told, RULES);
      expect(await confirmOryProject(store, [1, 2, 3].map(idOf))).toBe(false);
      expect(await readProvingIds(store, 20)).toEqual([]);
    });
  });

  describe('the token cache', () => {
    test('is one row for each connection, shared by all processes', async () => {
      const { store, another } = await open();
      const [mine, theirs] = [tokenCache(store), tokenCache(await another())];
      expect(await mine.read('key')).toBeUndefined();
      expect(await mine.update('key', () => TOKEN)).toEqual(TOKEN);
      expect(await theirs.read('key')).toEqual(TOKEN);
      expect(await theirs.read('another')).toBeUndefined();
    });

    test('a change sees the current row and the store’s clock, and may leave it', async () => {
      const { store } = await open();
      const cache = tokenCache(store);
      await cache.update('key', () => TOKEN);
      let clock = 0;
      const after = await cache.update('key', (row, now) => {
        expect(row).toEqual(TOKEN);
        clock = now;
        return undefined;
      });
      expect(after).toEqual(TOKEN);
      expect(Math.abs(clock - Date.now())).toBeLessThan(60_000);
    });

    test('loses none of several changes at the same time', async () => {
      const { store, another } = await open();
      const [mine, theirs] = [tokenCache(store), tokenCache(await another())];
      await mine.update('key', () => ({ ...TOKEN, attempts: [] }));
      const attempts = Array.from({ length: 20 }, (_, attempt) => attempt);
      await Promise.all(
        attempts.map((attempt) =>
          (attempt % 2 === 0 ? mine : theirs).update(
            'key',
            (row) => row && { ...row, attempts: [...row.attempts, attempt] },
          ),
        ),
      );
      const row = await tokenCache(store).read('key');
      expect([...(row?.attempts ?? [])].sort((a, b) => a - b)).toEqual(attempts);
    });
  });

  describe('bindOrg', () => {
    test('binds to the organization of the first delivery', async () => {
      const { store, another } = await open();
      expect(await bindOrg(store, '7 production')).toBeUndefined();
      expect(await bindOrg(await another(), '7 production')).toBeUndefined();
      expect(await bindOrg(store, '7 sandbox')).toBe('7 production');
      expect(await bindOrg(store, '7 production')).toBeUndefined();
    });
  });

  describe("Zoho's field list", () => {
    const EMAIL = {
      apiName: 'Email',
      dataType: 'email',
      length: 100,
      unique: true,
      mandatory: false,
      writable: true,
    };
    const PLAIN = { apiName: 'Flag', dataType: 'boolean', unique: false, mandatory: false, writable: true };

    test('is shared by all processes once one has read it, by module, with its age', async () => {
      const { store, another } = await open();
      const fields = new Map([EMAIL, PLAIN].map((field) => [field.apiName, field]));
      await keepFieldList(store, 'Contacts', fields);
      const stored = await readFieldList(await another(), 'Contacts');
      expect(stored?.fields).toEqual(fields);
      expect(stored?.ageMs).toBeLessThan(60_000);
      expect(await readFieldList(store, 'Leads')).toBeUndefined();
    });

    test('is replaced by the newest one', async () => {
      const { store } = await open();
      await keepFieldList(store, 'Contacts', new Map([['Email', EMAIL]]));
      await keepFieldList(store, 'Contacts', new Map([['Flag', PLAIN]]));
      expect([...((await readFieldList(store, 'Contacts'))?.fields.keys() ?? [])]).toEqual(['Flag']);
    });

    test('in another version’s form is ignored', async () => {
      const { store } = await open();
      await keepFieldList(store, 'Contacts', new Map());
      await store.database.write((sql) => sql.run(`UPDATE field_list SET fields = '[{"name":"Email"}]'`));
      expect(await readFieldList(store, 'Contacts')).toBeUndefined();
    });
  });

  describe('transactions', () => {
    test('leave nothing behind when they fail, and the next one works', async () => {
      const { store } = await open();
      const failing = store.database.write(async (sql) => {
        await sql.run("INSERT INTO token (key, value) VALUES ('a', 'b')");
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await tokenCache(store).read('a')).toBeUndefined();
      expect(await tokenCache(store).update('a', () => TOKEN)).toEqual(TOKEN);
    });
  });
}
