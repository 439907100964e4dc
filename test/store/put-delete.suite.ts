import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { putDelete } from '../../src/store/outbox/put/put-delete.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import type { OpenStore } from './fixtures.ts';
import { RULES, changeOf, entryOf, idOf, peopleIn, rowOf } from './fixtures.ts';
import { change, deliver } from './scan-fixtures.ts';

const GONE = { event: 'reconcile', policy: null, run: 7 } as const;

export function putDeleteSuite(open: OpenStore): void {
  describe('putting in that identities are gone', () => {
    test('makes a row that is read once more before anything is done', async () => {
      const { store } = await open();
      await deliver(store, 1);
      expect(await putDelete(store, [idOf(1)], GONE)).toBe(1);
      expect(await rowOf(store, 1)).toMatchObject({
        kind: 'delete',
        state: 'waiting',
        readFirst: true,
        event: 'reconcile',
        priority: 2,
        policy: null,
        scan: 7,
        payload: null,
        version: 1,
      });
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([1]);
    });

    test('takes only linked identities that are neither deleted nor erased', async () => {
      const { store } = await open();
      for (const person of [1, 2, 3]) await deliver(store, person);
      await change(store, `UPDATE ledger SET deleted_at = 1 WHERE identity_id = '${idOf(1)}'`);
      await change(store, `UPDATE ledger SET erased_at = 1 WHERE identity_id = '${idOf(2)}'`);
      await change(store, `UPDATE ledger SET contact_id = NULL WHERE identity_id = '${idOf(3)}'`);
      expect(await putDelete(store, [1, 2, 3, 4].map(idOf), GONE)).toBe(0);
    });

    test('replaces the identity’s waiting row, and moves its revision', async () => {
      const { store } = await open();
      await deliver(store, 1);
      await put(store, [changeOf(1, 2)], RULES);
      const before = await rowOf(store, 1);
      await putDelete(store, [idOf(1)], { event: 'backfill', policy: 'delete', run: 7 });
      const after = await rowOf(store, 1);
      expect(after).toMatchObject({ kind: 'delete', policy: 'delete', readFirst: true });
      expect(after?.revision).toBeGreaterThan(before?.revision ?? 0);
    });

    test('leaves an erasure alone', async () => {
      const { store } = await open();
      await deliver(store, 1);
      await put(store, [changeOf(1, 2)], RULES);
      await change(store, "UPDATE outbox SET kind = 'erase'");
      expect(await putDelete(store, [idOf(1)], GONE)).toBe(0);
      expect((await rowOf(store, 1))?.kind).toBe('erase');
    });

    test('rule 7: a webhook does not cancel it, but a strong read that finds the identity does', async () => {
      const { store } = await open();
      await deliver(store, 1);
      const before = await drawAsOf(store);
      await putDelete(store, [idOf(1)], { event: 'backfill', policy: 'delete', run: 7 });
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['deleted']);
      expect(await put(store, [entryOf(1, { readAsOf: before })], RULES)).toEqual(['deleted']);
      expect(await put(store, [entryOf(1, { readAsOf: await drawAsOf(store) })], RULES)).toEqual(['put']);
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'upsert', policy: null });
    });
  });
}
