import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { release } from '../../src/store/outbox/release.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { readLedger } from '../../src/store/ledger.ts';
import type { OpenStore } from './fixtures.ts';
import { changeOf, claimPerson, entryOf, idOf, markOf, putPeople, rowOf, RULES, tamper } from './fixtures.ts';

export function putSuite(open: OpenStore): void {
  describe('put', () => {
    test('returns the result of each entry, in the order of the entries', async () => {
      const { store } = await open();
      await put(store, [changeOf(2, 5)], RULES);
      const results = await put(store, [entryOf(1), changeOf(2, 4), changeOf(2, 5), changeOf(2, 6)], RULES);
      expect(results).toEqual(['put', 'older', 'same', 'put']);
    });

    test('merges several of one identity as if they had come one by one', async () => {
      const { store } = await open();
      const results = await put(store, [entryOf(1), changeOf(1, 3), changeOf(1, 2), changeOf(1, 3)], RULES);
      expect(results).toEqual(['put', 'put', 'older', 'same']);
      expect(await rowOf(store, 1)).toMatchObject({ version: 3, event: 'registration' });
    });

    test('takes 100 identities at once', async () => {
      const { store } = await open();
      const people = Array.from({ length: 100 }, (_, person) => person);
      expect(await putPeople(store, ...people)).toEqual(people.map(() => 'put'));
    });

    test('rule 31: keeps 256 KiB of traits, NUL, lone surrogates and every script unchanged', async () => {
      const { store, another } = await open();
      const traits = {
        odd: 'a\u0000b\ud800c\udfffd',
        text: '漢字😀é'.repeat(10_000),
        big: 'x'.repeat(256 * 1024),
      };
      await put(store, [entryOf(1, { payload: JSON.stringify({ traits }) })], RULES);
      const row = await rowOf(await another(), 1);
      expect(JSON.parse(row?.payload ?? '')).toEqual({ traits });
    });

    test('rule 2: every put is dated later than all before it', async () => {
      const { store, another } = await open();
      await putPeople(store, 1);
      const read = await drawAsOf(await another());
      await putPeople(store, 2);
      const [first, second] = [await rowOf(store, 1), await rowOf(store, 2)];
      expect(first?.asOf).toBeLessThan(read);
      expect(second?.asOf).toBeGreaterThan(read);
    });

    test('rule 12: a put to a leased row moves its revision, and leaves the lease', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      await put(store, [changeOf(1, 2)], RULES);
      const after = await rowOf(store, 1);
      expect(after?.revision).toBeGreaterThan(row.revision);
      expect(after?.version).toBe(2);
      await release(store, token, [{ identityId: idOf(1), marks: [markOf('held')], dueInMs: 0 }]);
      expect((await rowOf(store, 1))?.marks).toEqual([markOf('held')]);
    });

    test('the same snapshot again does not move the revision', async () => {
      const { store } = await open();
      const { row } = await claimPerson(store);
      await putPeople(store, 1);
      expect((await rowOf(store, 1))?.revision).toBe(row.revision);
    });

    test('rule 11: keeps the marks that are in doubt', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await tamper(store, 1, `marks = '${JSON.stringify([markOf('lost')])}'`);
      await put(store, [changeOf(1, 2)], RULES);
      expect((await rowOf(store, 1))?.marks).toEqual([markOf('lost')]);
    });

    test('a row that changes again while it waits keeps its age', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await tamper(store, 1, 'due_at = 1000, put_at = 1000');
      await put(store, [changeOf(1, 2)], RULES);
      expect(await rowOf(store, 1)).toMatchObject({ dueAt: 1000, putAt: 1000 });
    });

    test('a change makes a delayed row due', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await tamper(store, 1, 'due_at = due_at + 3600000');
      await put(store, [changeOf(1, 2)], RULES);
      expect((await claim(store, 100)).rows).toHaveLength(1);
    });

    describe('for a failed row (rule 4)', () => {
      async function failed(open: OpenStore) {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        const failure = {
          reason: 'zoho_invalid_data',
          code: 'INVALID_DATA',
          field: 'Phone',
          message: 'no',
          answer: '{}',
        } as const;
        await settle(store, token, [
          { row, delivered: {}, outcome: 'failed', failure, marks: [markOf('lost')] },
        ]);
        return store;
      }

      test('the same snapshot leaves it failed', async () => {
        const store = await failed(open);
        expect(await putPeople(store, 1)).toEqual(['same']);
        expect((await rowOf(store, 1))?.state).toBe('failed');
      });

      test('something new revives it with a new age and its marks', async () => {
        const store = await failed(open);
        await tamper(store, 1, 'due_at = 1000, put_at = 1000');
        expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['put']);
        const row = await rowOf(store, 1);
        expect(row).toMatchObject({ state: 'waiting', version: 2, marks: [markOf('lost')] });
        expect(row?.putAt).toBeGreaterThan(1000);
        expect(row?.dueAt).toBeGreaterThan(1000);
      });

      test('something new and then the same in one group still revives it', async () => {
        const store = await failed(open);
        expect(await put(store, [changeOf(1, 2), changeOf(1, 2)], RULES)).toEqual(['put', 'same']);
        expect((await rowOf(store, 1))?.state).toBe('waiting');
      });
    });

    test('rule 7: snapshots of a deleted identity are dropped until a strong read finds it', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      await settle(store, token, [
        { row, delivered: { deleted: true }, outcome: 'skipped', reason: 'deleted' },
      ]);
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['deleted']);
      expect(await rowOf(store, 1)).toBeUndefined();
      const readAsOf = await drawAsOf(store);
      expect(await put(store, [entryOf(1, { readAsOf })], RULES)).toEqual(['put']);
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.deletedAt).toBeNull();
    });

    test('rule 3: a snapshot older than the last delivery is dropped', async () => {
      const { store } = await open();
      await put(store, [changeOf(1, 5)], RULES);
      const { token, rows } = await claim(store, 100);
      await settle(
        store,
        token,
        rows.map((row) => ({ row, delivered: {}, outcome: 'unchanged' as const })),
      );
      expect(await put(store, [changeOf(1, 4)], RULES)).toEqual(['older']);
      expect(await put(store, [changeOf(1, 5)], RULES)).toEqual(['same']);
      expect(await rowOf(store, 1)).toBeUndefined();
    });
  });
}
