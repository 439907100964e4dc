import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { countOutbox } from '../../src/store/outbox/count.ts';
import { readDue } from '../../src/store/outbox/due.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { release } from '../../src/store/outbox/release.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { strike } from '../../src/store/outbox/strike.ts';
import { takeKeys } from '../../src/store/key/take.ts';
import { writeMarks } from '../../src/store/outbox/write-marks.ts';
import type { OpenStore } from './fixtures.ts';
import {
  changeOf,
  entryOf,
  idOf,
  markOf,
  peopleIn,
  putPeople,
  rowOf,
  RULES,
  runOut,
  tamper,
} from './fixtures.ts';

const SAME = { emailKey: 'same@example.com' };

export function claimSuite(open: OpenStore): void {
  describe('claim', () => {
    test('of an empty store is empty', async () => {
      const { store } = await open();
      expect((await claim(store, 100)).rows).toEqual([]);
    });

    test('takes by priority, then age', async () => {
      const { store } = await open();
      await put(
        store,
        [
          entryOf(1, { event: 'backfill' }),
          entryOf(2, { event: 'sync' }),
          entryOf(3),
          entryOf(4),
          entryOf(5, { event: 'reconcile' }),
        ],
        RULES,
      );
      await tamper(store, 4, 'due_at = due_at - 1000');
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([4, 3, 2, 5, 1]);
    });

    test('takes at most the given number, and the rest next time', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2, 3);
      expect((await claim(store, 2)).rows).toHaveLength(2);
      expect((await claim(store, 2)).rows).toHaveLength(1);
      expect((await claim(store, 2)).rows).toEqual([]);
    });

    test('rule 8: each has its own token, and no row is in two', async () => {
      const { store, another } = await open();
      const people = Array.from({ length: 60 }, (_, person) => person);
      await putPeople(store, ...people);
      const other = await another();
      const claims = await Promise.all([
        claim(store, 20),
        claim(other, 20),
        claim(store, 20),
        claim(other, 20),
      ]);
      expect(claims.flatMap(({ rows }) => peopleIn(rows)).sort((a, b) => a - b)).toEqual(people);
      expect(new Set(claims.map(({ token }) => token)).size).toBe(4);
    });

    test('leaves rows that are not due yet or have failed', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      await tamper(store, 1, 'due_at = due_at + 60000');
      await tamper(store, 2, "state = 'failed'");
      expect((await claim(store, 100)).rows).toEqual([]);
    });

    test('takes a row again when its lease has run out, with its marks in doubt', async () => {
      const { store, another } = await open();
      await putPeople(store, 1);
      const first = await claim(store, 100);
      await writeMarks(store, first.token, [{ identityId: idOf(1), marks: [markOf('lost')] }]);
      await runOut(store, 1);
      const second = await claim(await another(), 100);
      expect(second.rows).toMatchObject([{ identityId: idOf(1), marks: [markOf('lost')] }]);
      expect(second.token).not.toBe(first.token);
    });

    describe('rule 10: one email, one lease', () => {
      test('does not take two rows of one email in one claim', async () => {
        const { store } = await open();
        await put(store, [entryOf(1, SAME), entryOf(2, SAME), entryOf(3)], RULES);
        expect(peopleIn((await claim(store, 100)).rows)).toEqual([1, 3]);
      });

      test('does not take a row whose email another lease holds, until that one has settled', async () => {
        const { store, another } = await open();
        await put(store, [entryOf(1, SAME), entryOf(2, SAME)], RULES);
        const first = await claim(store, 100);
        const other = await another();
        expect((await claim(other, 100)).rows).toEqual([]);
        await settle(
          store,
          first.token,
          first.rows.map((row) => ({ row, delivered: {}, outcome: 'unchanged' as const })),
        );
        expect(peopleIn((await claim(other, 100)).rows)).toEqual([2]);
      });

      test('a lease that has run out holds no email', async () => {
        const { store } = await open();
        await put(store, [entryOf(1, SAME)], RULES);
        await claim(store, 100);
        await runOut(store, 1);
        await tamper(store, 1, 'due_at = due_at + 60000');
        await put(store, [entryOf(2, SAME)], RULES);
        expect(peopleIn((await claim(store, 100)).rows)).toEqual([2]);
      });

      test('rows without an email do not hold each other up', async () => {
        const { store } = await open();
        await put(store, [entryOf(1, { emailKey: null }), entryOf(2, { emailKey: null })], RULES);
        expect((await claim(store, 100)).rows).toHaveLength(2);
      });

      test('the email that the mapping yields is held too', async () => {
        const { store } = await open();
        await putPeople(store, 1);
        const { token } = await claim(store, 100);
        await takeKeys(store, token, [{ identityId: idOf(1), key: 'same@example.com' }]);
        await put(store, [entryOf(2, SAME)], RULES);
        expect((await claim(store, 100)).rows).toEqual([]);
      });

      test('a new email does not free the old one while the old one is being sent', async () => {
        const { store } = await open();
        await put(store, [entryOf(1, SAME)], RULES);
        const { token } = await claim(store, 100);
        await writeMarks(store, token, [
          { identityId: idOf(1), marks: [markOf('call', { key: 'same@example.com' })] },
        ]);
        await put(store, [changeOf(1, 2, { emailKey: 'new@example.com' })], RULES);
        await put(store, [entryOf(2, SAME)], RULES);
        expect((await claim(store, 100)).rows).toEqual([]);
      });
    });

    test('rule 29: while credits are kept for webhooks, rows of scans wait, and are not counted as due', async () => {
      const { store } = await open();
      await put(store, [entryOf(1, { event: 'backfill' }), entryOf(2, { event: 'reconcile' })], RULES);
      await put(store, [entryOf(3, { event: 'sync' }), entryOf(4)], RULES);
      expect((await readDue(store, 100, 1)).rows).toBe(2);
      expect(peopleIn((await claim(store, 100, { priority: 1 })).rows)).toEqual([4, 3]);
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([2, 1]);
    });

    test('rule 13: a probe takes suspect rows only if nothing else is due', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2, 3);
      const suspects = [idOf(1), idOf(2)];
      const first = await claim(store, 100, { last: suspects });
      expect(peopleIn(first.rows)).toEqual([3]);
      expect(peopleIn((await claim(store, 100, { last: suspects })).rows)).toEqual([1, 2]);
    });

    describe('claim of certain identities', () => {
      test('leaves all other rows, even if they were due earlier', async () => {
        const { store } = await open();
        await putPeople(store, 1, 2, 3, 4);
        expect(
          peopleIn((await claim(store, 100, { only: [idOf(4), idOf(2), idOf(9)] })).rows).sort(),
        ).toEqual([2, 4]);
        expect((await claim(store, 100, { only: [] })).rows).toEqual([]);
        expect(peopleIn((await claim(store, 100)).rows)).toEqual([1, 3]);
      });

      test('takes neither an email that another lease holds nor two rows of one email', async () => {
        const { store } = await open();
        await put(store, [entryOf(1, SAME), entryOf(2, SAME), entryOf(3)], RULES);
        const only = [idOf(2), idOf(3)];
        const first = await claim(store, 1);
        expect(peopleIn(first.rows)).toEqual([1]);
        expect(peopleIn((await claim(store, 100, { only })).rows)).toEqual([3]);
      });

      test('takes suspect rows last, too', async () => {
        const { store } = await open();
        await putPeople(store, 1, 2, 3);
        const only = [idOf(1), idOf(2)];
        expect(peopleIn((await claim(store, 100, { last: [idOf(1)], only })).rows)).toEqual([2]);
        expect(peopleIn((await claim(store, 100, { last: [idOf(1)], only })).rows)).toEqual([1]);
      });
    });
  });

  describe('takeKeys (rule 10)', () => {
    test('gives a key that no identity holds', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      const { token } = await claim(store, 100);
      expect(await takeKeys(store, token, [{ identityId: idOf(1), key: 'x@example.com' }])).toEqual(
        new Set([idOf(1)]),
      );
    });

    test('refuses a key that another lease holds; the row is due when that one has settled', async () => {
      const { store } = await open();
      await put(store, [entryOf(1, SAME)], RULES);
      const holder = await claim(store, 100);
      await putPeople(store, 2);
      const { token } = await claim(store, 100);
      expect(await takeKeys(store, token, [{ identityId: idOf(2), key: 'same@example.com' }])).toEqual(
        new Set(),
      );
      await release(store, token, [{ identityId: idOf(2), marks: [], dueInMs: 0 }]);
      expect((await claim(store, 100)).rows).toEqual([]);
      await settle(
        store,
        holder.token,
        holder.rows.map((row) => ({ row, delivered: {}, outcome: 'unchanged' as const })),
      );
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([2]);
    });

    test('gives a key to only one row of a claim', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      const wanted = [1, 2].map((person) => ({ identityId: idOf(person), key: 'x@example.com' }));
      expect(await takeKeys(store, token, wanted)).toEqual(new Set([idOf(1)]));
    });

    test('two that have swapped their emails are delivered one after the other', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      const taken = await takeKeys(store, token, [
        { identityId: idOf(1), key: 'person2@example.com' },
        { identityId: idOf(2), key: 'person1@example.com' },
      ]);
      expect(taken.size).toBeLessThan(2);
      await release(
        store,
        token,
        [1, 2].map((person) => ({ identityId: idOf(person), marks: [], dueInMs: 0 })),
      );
      expect((await claim(store, 100)).rows).toHaveLength(1);
    });

    test('gives nothing for a lost lease', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      expect(await takeKeys(store, 'lost', [{ identityId: idOf(1), key: 'x@example.com' }])).toEqual(
        new Set(),
      );
    });
  });

  describe('strike (rule 14)', () => {
    test('is counted, and the time of the first one is kept', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      await strike(store, [idOf(1)]);
      await tamper(store, 1, 'first_strike_at = 1000');
      await strike(store, [idOf(1)]);
      expect(await rowOf(store, 1)).toMatchObject({ strikes: 2, firstStrikeAt: 1000 });
      expect(await rowOf(store, 2)).toMatchObject({ strikes: 0, firstStrikeAt: null });
    });
  });

  describe('numbers for delivery and status', () => {
    test('due rows without a lease, counted up to a limit, and the age of the oldest', async () => {
      const { store } = await open();
      expect(await readDue(store, 100)).toEqual({ rows: 0, oldestMs: 0 });
      await putPeople(store, 1, 2, 3);
      await tamper(store, 2, 'due_at = due_at - 5000');
      const due = await readDue(store, 2);
      expect(due.rows).toBe(2);
      expect(due.oldestMs).toBeGreaterThanOrEqual(5000);
      await claim(store, 100);
      expect((await readDue(store, 100)).rows).toBe(0);
    });

    test('the rows of the outbox by state', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await claim(store, 1);
      await putPeople(store, 2, 3, 4);
      await tamper(store, 2, 'due_at = due_at + 60000');
      await tamper(store, 3, "state = 'failed'");
      await tamper(store, 4, 'put_at = put_at - 7500');
      const counts = await countOutbox(store);
      expect(counts).toMatchObject({ due: 1, waiting: 1, leased: 1, failed: 1 });
      expect(counts.oldestSeconds).toBeGreaterThanOrEqual(7);
    });
  });
}
