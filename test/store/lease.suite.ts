import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { readUnderWay } from '../../src/store/outbox/under-way.ts';
import { release, releaseAll } from '../../src/store/outbox/release.ts';
import { renew } from '../../src/store/outbox/renew.ts';
import { writeMarks } from '../../src/store/outbox/write-marks.ts';
import type { OpenStore } from './fixtures.ts';
import { claimPerson, idOf, markOf, peopleIn, putPeople, rowOf, runOut, tamper } from './fixtures.ts';

export function leaseSuite(open: OpenStore): void {
  describe('writeMarks (rule 11)', () => {
    test('writes the marks of rows that are still held, and names them', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      await runOut(store, 2);
      await claim(store, 100);
      const marks = [markOf('call', { fields: ['Email', 'Phone'], key: 'a@example.com' })];
      const held = await writeMarks(
        store,
        token,
        [1, 2].map((person) => ({ identityId: idOf(person), marks })),
      );
      expect(held).toEqual(new Set([idOf(1)]));
      expect((await rowOf(store, 1))?.marks).toEqual(marks);
      expect((await rowOf(store, 2))?.marks).toEqual([]);
    });

    test('takes one statement for a whole batch', async () => {
      const { store } = await open();
      const people = Array.from({ length: 100 }, (_, person) => person);
      await putPeople(store, ...people);
      const { token } = await claim(store, 100);
      const rows = people.map((person) => ({ identityId: idOf(person), marks: [markOf(`call ${person}`)] }));
      expect((await writeMarks(store, token, rows)).size).toBe(100);
      expect((await rowOf(store, 57))?.marks).toEqual([markOf('call 57')]);
    });
  });

  describe('renew (rule 9)', () => {
    test('keeps the leases of all tokens, and names those that still hold a row', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const [first, second] = [await claim(store, 1), await claim(store, 1)];
      await tamper(store, 1, 'lease_until = lease_until - 9000');
      expect(await renew(store, [first.token, second.token, 'lost'])).toEqual(
        new Set([first.token, second.token]),
      );
      await tamper(store, 1, 'lease_until = lease_until - 9000');
      expect((await claim(store, 100)).rows).toEqual([]);
    });

    test('does not take back a row that another process has claimed meanwhile', async () => {
      const { store } = await open();
      const { token } = await claimPerson(store);
      await runOut(store, 1);
      const thief = await claim(store, 100);
      expect(await renew(store, [token])).toEqual(new Set());
      expect(await renew(store, [thief.token])).toEqual(new Set([thief.token]));
    });
  });

  describe('release', () => {
    test('a row released for now is due at once, with its age and marks', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      await release(store, token, [{ identityId: idOf(1), marks: [markOf('lost')], dueInMs: 0 }]);
      const again = await claim(store, 100);
      expect(again.rows).toMatchObject([{ dueAt: row.dueAt, marks: [markOf('lost')] }]);
    });

    test('a delayed row is due later', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      await release(store, token, [{ identityId: idOf(1), marks: [], dueInMs: 60_000 }]);
      expect((await claim(store, 100)).rows).toEqual([]);
      expect((await rowOf(store, 1))?.dueAt).toBeGreaterThan(row.dueAt + 50_000);
    });

    test('rule 13: "later" is counted, and its first time is kept', async () => {
      const { store } = await open();
      const first = await claimPerson(store);
      const said = { reason: 'zoho_record_locked', code: 'RECORD_LOCKED', message: 'locked' } as const;
      const later = { identityId: idOf(1), marks: [], dueInMs: 60_000, later: said };
      await release(store, first.token, [later]);
      expect(await rowOf(store, 1)).toMatchObject({ attempts: 1, laterSince: expect.any(Number) });
      const underWay = await readUnderWay(store, [idOf(1)]);
      const { reason, message } = said;
      expect(underWay.get(idOf(1))).toMatchObject({ putOff: true, reason, message });
      await tamper(store, 1, 'later_since = 1000, due_at = 0');
      const second = await claim(store, 100);
      await release(store, second.token, [later]);
      expect(await rowOf(store, 1)).toMatchObject({ attempts: 2, laterSince: 1000 });
    });

    test('rule 21: a row that waits keeps for which identity and since when', async () => {
      const { store } = await open();
      const first = await claimPerson(store);
      const waiting = { identityId: idOf(1), marks: [], dueInMs: 5_000, waitsFor: idOf(2) };
      await release(store, first.token, [waiting]);
      await tamper(store, 1, 'waits_since = 1000, due_at = 0');
      const second = await claim(store, 100);
      await release(store, second.token, [waiting]);
      expect(await rowOf(store, 1)).toMatchObject({ waitsFor: idOf(2), waitsSince: 1000 });
    });

    test('rule 14: a halved row keeps its batch limit', async () => {
      const { store } = await open();
      const first = await claimPerson(store);
      await release(store, first.token, [{ identityId: idOf(1), marks: [], dueInMs: 0, batchLimit: 25 }]);
      const second = await claim(store, 100);
      await release(store, second.token, [{ identityId: idOf(1), marks: [], dueInMs: 0 }]);
      expect(await rowOf(store, 1)).toMatchObject({ batchLimit: 25 });
    });

    test('rule 8: a row that another process has claimed meanwhile is left alone', async () => {
      const { store } = await open();
      const { token } = await claimPerson(store);
      await runOut(store, 1);
      const thief = await claim(store, 100);
      await release(store, token, [{ identityId: idOf(1), marks: [markOf('late')], dueInMs: 0 }]);
      expect(await renew(store, [thief.token])).toEqual(new Set([thief.token]));
      expect((await rowOf(store, 1))?.marks).toEqual([]);
    });

    test('rule 32: a stop releases all rows of its claims at once, with their marks', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const [mine, others] = [await claim(store, 1), await claim(store, 1)];
      await writeMarks(store, mine.token, [{ identityId: idOf(1), marks: [markOf('cut')] }]);
      await releaseAll(store, [mine.token]);
      const again = await claim(store, 100);
      expect(peopleIn(again.rows)).toEqual([1]);
      expect(again.rows[0]?.marks).toEqual([markOf('cut')]);
      expect(await renew(store, [others.token])).toEqual(new Set([others.token]));
    });
  });
}
