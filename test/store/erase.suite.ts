import { describe, expect, test } from 'vitest';
import { noteErasedContacts, readErasure } from '../../src/store/erasure.ts';
import { readLedger } from '../../src/store/ledger.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { liftErase, putErase } from '../../src/store/outbox/put/put-erase.ts';
import type { OutboxRow } from '../../src/store/outbox/row.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { writeMarks } from '../../src/store/outbox/write-marks.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import type { OpenStore } from './fixtures.ts';
import { changeOf, claimPerson, idOf, markOf, putPeople, rowOf, RULES, runOut } from './fixtures.ts';

export function eraseSuite(open: OpenStore): void {
  describe('putErase', () => {
    test('rule 7: a waiting row loses its payload, and everything later is dropped, even a strong read', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await putErase(store, idOf(1), 'person1@example.com');
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'erase', payload: null, version: null });
      const read = changeOf(1, 9, { readAsOf: await drawAsOf(store) });
      expect(await put(store, [changeOf(1, 2), read], RULES)).toEqual(['erased', 'erased']);
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'erase', payload: null });
    });

    test('marks in doubt stay, because what they may have created must be found', async () => {
      const { store } = await open();
      const { token } = await claimPerson(store, 1);
      const mark = markOf('lost', { key: 'old@example.com' });
      await writeMarks(store, token, [{ identityId: idOf(1), marks: [mark] }]);
      await putErase(store, idOf(1), null);
      expect(await rowOf(store, 1)).toMatchObject({ marks: [mark], emailKey: 'person1@example.com' });
    });

    test('a delivery under way settles, and the erasure stays due', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store, 1);
      await putErase(store, idOf(1), null);
      const results = await settle(store, token, [
        { row, delivered: { contactId: '7' }, outcome: 'created' },
      ]);
      expect(results.get(idOf(1))).toBe('moved');
      expect((await claim(store, 1)).rows).toMatchObject([{ identityId: idOf(1), kind: 'erase' }]);
    });

    test('an unknown identity can be erased: it stays out from then on', async () => {
      const { store } = await open();
      await putErase(store, idOf(1), null);
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['erased']);
    });
  });

  describe('noteErasedContacts', () => {
    test('the contacts of an erasure stay known after it, until it is lifted', async () => {
      const { store } = await open();
      await putErase(store, idOf(1), null);
      await noteErasedContacts(store, [{ identityId: idOf(1), contactIds: ['7'] }]);
      await noteErasedContacts(store, [{ identityId: idOf(1), contactIds: ['8', '7'] }]);
      const { token, rows } = await claim(store, 1);
      const delivered = { contactId: null, erased: true } as const;
      const [row] = rows;
      if (row === undefined) throw new Error('the row was not claimed');
      await settle(store, token, [{ row, delivered, outcome: 'skipped', reason: 'erased' }]);
      expect(await readErasure(store, idOf(1))).toMatchObject({ kind: null, erasedContacts: ['7', '8'] });
      await liftErase(store, idOf(1));
      expect(await readErasure(store, idOf(1))).toMatchObject({ erasedAt: null, erasedContacts: [] });
    });
  });

  describe('liftErase', () => {
    test('lets the identity in again once the erasure is delivered, not before', async () => {
      const { store } = await open();
      await putErase(store, idOf(1), null);
      expect(await liftErase(store, idOf(1))).toBe(false);
      const { token, rows } = await claim(store, 1);
      await settle(
        store,
        token,
        rows.map((row) => ({
          row,
          delivered: { contactId: null, erased: true },
          outcome: 'skipped',
          reason: 'erased',
        })),
      );
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['erased']);
      expect(await liftErase(store, idOf(1))).toBe(true);
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.erasedAt).toBeNull();
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['put']);
    });

    test('a contact that an answer reports too late, during or after the erasure, is erased too', async () => {
      const { store } = await open();
      const late = await claimPerson(store);
      await runOut(store, 1);
      await putErase(store, idOf(1), null);
      const first = await claim(store, 100);
      const created = { row: late.row, delivered: { contactId: '7' }, outcome: 'created' } as const;
      expect(await settle(store, late.token, [created])).toEqual(new Map([[idOf(1), 'lost']]));
      const erased = (row: OutboxRow) =>
        ({
          row,
          delivered: { contactId: null, erased: true },
          outcome: 'skipped',
          reason: 'erased',
        }) as const;
      await settle(store, first.token, first.rows.map(erased));
      const second = await claim(store, 100);
      expect(second.rows).toMatchObject([{ kind: 'erase', payload: null }]);
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.contactId).toBe('7');

      await settle(store, second.token, second.rows.map(erased));
      expect(await rowOf(store, 1)).toBeUndefined();
      await settle(store, late.token, [{ ...created, delivered: { contactId: '8' } }]);
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'erase', state: 'waiting' });
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.contactId).toBe('8');
    });

    test('for an identity that is not erased there is nothing to lift', async () => {
      const { store } = await open();
      expect(await liftErase(store, idOf(1))).toBe(false);
    });
  });
}
