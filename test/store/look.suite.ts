import { describe, expect, test } from 'vitest';
import { readDelivered } from '../../src/store/delivered.ts';
import { readErasure } from '../../src/store/erasure.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { identitiesWithEmail } from '../../src/store/outbox/with-email.ts';
import { hasGap, summarizeLedger } from '../../src/store/status.ts';
import type { OpenStore } from './fixtures.ts';
import { all, changeOf, claimPerson, idOf, putPeople, RULES, tamper } from './fixtures.ts';

/** The numbers that status and erase read. */
export function lookSuite(open: OpenStore): void {
  describe('the summary of the ledger', () => {
    test('counts links and refused fields', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2, 3);
      const { token, rows } = await claim(store, 10);
      const delivered = (person: number) => ({
        contactId: String(person),
        refused: person === 2 ? { Fax: 'h' } : {},
      });
      await settle(
        store,
        token,
        rows.map((row, index) => ({ row, delivered: delivered(index + 1), outcome: 'created' })),
      );
      expect(await summarizeLedger(store)).toEqual({ linked: 3, leftOut: 1, lastAt: expect.any(Number) });
    });

    test('counts each delivery of the last 24 hours, also several of one identity', async () => {
      const { store } = await open();
      const deliver = async (...people: number[]) => {
        for (const person of people) {
          const { token, row } = await claimPerson(store, person);
          await settle(store, token, [{ row, delivered: { contactId: String(person) }, outcome: 'created' }]);
        }
      };
      await deliver(1);
      await store.database.write((sql) => sql.run('UPDATE delivered SET slot = slot - 145'));
      await deliver(2, 3);
      await put(store, [changeOf(2, 2)], RULES);
      const { token, rows } = await claim(store, 10);
      await settle(
        store,
        token,
        rows.map((row) => ({ row, delivered: { contactId: '2' }, outcome: 'updated' })),
      );
      const none = { unchanged: 0, skipped: 0, failed: 0 };
      expect(await readDelivered(store)).toEqual({ created: 2, updated: 1, ...none });
      expect((await all(store, 'SELECT slot FROM delivered GROUP BY slot')).length).toBe(1);
    });

    test('of an empty store is empty, and there is no gap', async () => {
      const { store } = await open();
      expect(await summarizeLedger(store)).toMatchObject({ linked: 0, lastAt: null });
      expect(await hasGap(store)).toBe(false);
      await store.database.write((sql) => sql.run('UPDATE store SET gap = 7 WHERE id = 1'));
      expect(await hasGap(store)).toBe(true);
    });
  });

  describe('an erasure', () => {
    test('is reported from its beginning to its end', async () => {
      const { store } = await open();
      expect(await readErasure(store, idOf(1))).toBeUndefined();
      const { token, row } = await claimPerson(store, 1);
      expect(await readErasure(store, idOf(1))).toMatchObject({
        erasedAt: null,
        kind: 'upsert',
        emailKey: 'person1@example.com',
      });
      await settle(store, token, [{ row, delivered: { contactId: '7' }, outcome: 'created' }]);
      expect(await readErasure(store, idOf(1))).toMatchObject({ contactId: '7', kind: null, state: null });
      await putErase(store, idOf(1), null);
      expect(await readErasure(store, idOf(1))).toMatchObject({
        erasedAt: expect.any(Number),
        contactId: '7',
        kind: 'erase',
        state: 'waiting',
      });
    });
  });

  test('identities are found by the email that was put in and by the mapped one', async () => {
    const { store } = await open();
    await putPeople(store, 1, 2);
    await tamper(store, 2, `mapped_key = 'person1@example.com'`);
    expect(await identitiesWithEmail(store, 'person1@example.com')).toEqual([idOf(1), idOf(2)]);
    expect(await identitiesWithEmail(store, 'nobody@example.com')).toEqual([]);
  });
}
