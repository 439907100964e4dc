import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../../src/model/identity.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { ANN, aDelivery } from './a-delivery.ts';

const BOB = '0f1c2d3e-0000-4000-8000-000000000002';

describe('Delivery', () => {
  test('rule 9: what a round that has failed still has under way is cut', async () => {
    const { control, store, path, rules, deliver, callsUnderWay } = await aDelivery();
    const ann = (name: string): Identity => ({ id: ANN, traits: { email: 'ann@example.com', name } });
    const bob = (name: string): Identity => ({ id: BOB, traits: { email: 'bob@example.com', name } });
    await deliver(ann('Ann Smith'));
    await deliver(bob('Bob Smith'));
    const held = (containing: string) =>
      control.addFault({ on: { operation: 'update', containing }, effect: { hold: 'before_commit' } });
    const [anns, bobs] = [await held('Jones'), await held('Brown')];
    // In two calls of one round, since a backfill triggers no workflow.
    const entries = [
      snapshotOf({ ...ann('Ann Jones'), updated_at: '2026-11-24T12:00:00Z' }, 'settings', store.hmac),
      snapshotOf({ ...bob('Bob Brown'), updated_at: '2026-11-24T12:00:00Z' }, 'backfill', store.hmac),
    ];
    await put(store, entries, rules);
    await Promise.all([control.waitForHeld(anns), control.waitForHeld(bobs)]);
    // Ann's outcome cannot be written: the round ends, and nobody renews Bob's lease any more.
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    await control.release(anns);
    await expect.poll(callsUnderWay, { timeout: 6_000 }).toBe(0);
    other.exec('ROLLBACK');
    other.close();
  });
});
