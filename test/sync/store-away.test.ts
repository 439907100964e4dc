import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Identity } from '../../src/model/identity.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { ANN, aDelivery } from './a-delivery.ts';

const BOB = '0f1c2d3e-0000-4000-8000-000000000002';

describe('Delivery', () => {
  test('rule 9: calls under way are cut when their round has failed', async () => {
    const { control, store, path, rules, deliver, callsUnderWay } = await aDelivery();
    const ann = (name: string): Identity => ({ id: ANN, traits: { email: 'ann@example.com', name } });
    const bob = (name: string): Identity => ({ id: BOB, traits: { email: 'bob@example.com', name } });
    await deliver(ann('Ann Smith'));
    await deliver(bob('Bob Smith'));
    const held = (containing: string) =>
      control.addFault({ on: { operation: 'update', containing }, effect: { hold: 'before_commit' } });
    const [anns, bobs] = [await held('Jones'), await held('Brown')];
    // They are in two calls of one round, because a backfill triggers no workflow.
    const entries = [
      snapshotOf({ ...ann('Ann Jones'), updated_at: '2026-11-24T12:00:00Z' }, 'settings', store.hmac),
      snapshotOf({ ...bob('Bob Brown'), updated_at: '2026-11-24T12:00:00Z' }, 'backfill', store.hmac),
    ];
    await put(store, entries, rules);
    await Promise.all([control.waitForHeld(anns), control.waitForHeld(bobs)]);
    // Ann's outcome cannot be written. The round ends, so Bob's lease is not renewed any more.
    const other = new DatabaseSync(path, { timeout: 10_000 });
    other.exec('BEGIN IMMEDIATE');
    await control.release(anns);
    await expect.poll(callsUnderWay, { timeout: 6_000 }).toBe(0);
    other.exec('ROLLBACK');
    other.close();
  });
});
