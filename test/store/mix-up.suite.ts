/** Rule 21: Zoho has written to the contact of one identity what a call sent for another. */
import { describe, expect, test } from 'vitest';
import { readLedger } from '../../src/store/ledger.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import type { OutboxRow } from '../../src/store/outbox/row.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import type { Settlement } from '../../src/store/outbox/settle/settlement.ts';
import { all, changeOf, claimPerson, idOf, putPeople, rowOf, RULES, tamper } from './fixtures.ts';
import type { OpenStore } from './fixtures.ts';

const ORY = { adminReads: true };

function writtenTo(row: OutboxRow, emailHash: string, ...wrote: string[]): Settlement {
  return { row, delivered: { contactId: '7', emailHash, wrote, sent: {} }, outcome: 'updated' };
}

async function mixedIn(store: Store, person: number) {
  return (await readLedger(store, [idOf(person)])).get(idOf(person))?.mixedIn;
}

/** The first identity is linked to the contact and has changed. Its row and that of the second one are claimed. */
async function claimOwnerAndOther(store: Store) {
  const before = await claimPerson(store, 1);
  await settle(store, before.token, [writtenTo(before.row, 'one', 'Email')]);
  await put(store, [changeOf(1, 2)], RULES);
  await putPeople(store, 2);
  return claim(store, 100);
}

/** The first identity is linked to the contact, and a call for the second one has written to it. */
async function mixUp(store: Store, rules: { adminReads: boolean }) {
  const first = await claimPerson(store, 1);
  await settle(store, first.token, [writtenTo(first.row, 'one', 'Email', 'Phone')]);
  const second = await claimPerson(store, 2);
  return settle(store, second.token, [writtenTo(second.row, 'two', 'Email', 'Phone')], rules);
}

export function mixUpSuite(open: OpenStore): void {
  describe('rule 21: a call has written to the contact of another identity', () => {
    test('that identity is read and delivered again, and the row waits for it', async () => {
      const { store } = await open();
      expect(await mixUp(store, ORY)).toEqual(new Map([[idOf(2), 'waits']]));
      expect(await mixedIn(store, 1)).toEqual(['Email', 'Phone']);
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'upsert', payload: null, readFirst: true });
      expect(await rowOf(store, 2)).toMatchObject({ state: 'waiting', waitsFor: idOf(1), marks: [] });
      expect(await all(store, 'SELECT key FROM identity_key WHERE linked = 1')).toEqual([{ key: 'two' }]);
      const { token, rows } = await claim(store, 100);
      expect(rows.map(({ identityId }) => identityId)).toEqual([idOf(1)]);
      await settle(
        store,
        token,
        rows.map((row) => writtenTo(row, 'one', 'Email', 'Phone')),
        ORY,
      );
      expect(await mixedIn(store, 1)).toEqual([]);
      expect(await rowOf(store, 2)).toMatchObject({ waitsFor: null });
    });

    test('without the admin API the row fails, and the same data goes in for that identity', async () => {
      const { store } = await open();
      expect(await mixUp(store, { adminReads: false })).toEqual(new Map([[idOf(2), 'email_taken']]));
      expect(await rowOf(store, 1)).toBeUndefined();
      await putPeople(store, 1);
      const { token, rows } = await claim(store, 100);
      await settle(
        store,
        token,
        rows.map((row) => writtenTo(row, 'one', 'Email', 'Phone')),
      );
      expect(await rowOf(store, 2)).toMatchObject({ state: 'waiting', waitsFor: null });
    });

    test('a delivery of that identity that is under way is repeated', async () => {
      const { store } = await open();
      const { token, rows } = await claimOwnerAndOther(store);
      const [own, others] = [1, 2].map((one) => rows.find(({ identityId }) => identityId === idOf(one)));
      if (own === undefined || others === undefined) throw new Error('not claimed');
      await settle(store, token, [writtenTo(others, 'two', 'Email')], ORY);
      const result = await settle(store, token, [writtenTo(own, 'one', 'Email')], ORY);
      expect(result).toEqual(new Map([[idOf(1), 'moved']]));
      expect(await mixedIn(store, 1)).toEqual(['Email']);
    });

    test('so is one that settles together with the other', async () => {
      const { store } = await open();
      const { token, rows } = await claimOwnerAndOther(store);
      const both = rows.map((row) => writtenTo(row, row.identityId === idOf(1) ? 'one' : 'two', 'Email'));
      const result = await settle(store, token, both, ORY);
      expect([result.get(idOf(1)), result.get(idOf(2))]).toEqual(['moved', 'waits']);
      expect(await mixedIn(store, 1)).toEqual(['Email']);
    });

    test('after 15 minutes the row fails', async () => {
      const { store } = await open();
      await mixUp(store, ORY);
      await tamper(store, 2, `waits_since = waits_since - ${16 * 60_000}, due_at = 0, waits_for = NULL`);
      const { token, rows } = await claim(store, 100);
      const row = rows.find(({ identityId }) => identityId === idOf(2));
      if (row === undefined) throw new Error('not claimed');
      const result = await settle(store, token, [writtenTo(row, 'two', 'Email')], ORY);
      expect(result).toEqual(new Map([[idOf(2), 'email_taken']]));
    });

    test('the fields of a lost lease are noted too', async () => {
      const { store } = await open();
      const first = await claimPerson(store, 1);
      await settle(store, first.token, [writtenTo(first.row, 'one', 'Email')]);
      const second = await claimPerson(store, 2);
      const result = await settle(store, 'another lease', [writtenTo(second.row, 'two', 'Phone')], ORY);
      expect(result).toEqual(new Map([[idOf(2), 'lost']]));
      expect(await mixedIn(store, 1)).toEqual(['Phone']);
    });
  });
}
