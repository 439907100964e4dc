import { describe, expect, test } from 'vitest';
import { confirmOryProject } from '../../src/store/ory-project.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { aDelivery, traits } from './a-delivery.ts';

const BOB = '0f1c2d3e-0000-4000-8000-000000000002';
const MINUTES_16 = 16 * 60 * 1_000;

describe('Delivery', () => {
  test('rule 21: while Ory does not answer, no row fails because its email is taken', async () => {
    const { control, store, rules, deliver, settledBy } = await aDelivery({}, undefined, { ory: true });
    const owner = await control.createIdentity(traits());
    const { contactId } = await deliver(owner, 'registration');
    await confirmOryProject(store, [owner.id]);
    await control.deleteIdentity(owner.id);
    const away = await control.addFault({
      on: { operation: 'ory_list' },
      times: 'always',
      effect: { html502: true },
    });
    const asked = async () => (await control.requests('ory_list')).length;

    const again = { id: BOB, updated_at: '2026-11-24T12:00:00Z', ...traits({ name: 'Ann Jones' }) };
    const settled = settledBy(() => put(store, [snapshotOf(again, 'registration', store.hmac)], rules));
    await expect.poll(asked).toBe(1);
    await expect.poll(async () => (await rowOf())?.['leaseToken']).toBeNull();
    await store.database.write((sql) =>
      sql.run(`UPDATE outbox SET due_at = 0, waits_since = $1`, [Date.now() - MINUTES_16]),
    );
    await expect.poll(asked).toBe(2);
    await expect.poll(async () => (await rowOf())?.['leaseToken']).toBeNull();
    await control.removeFault(away);
    await store.database.write((sql) => sql.run('UPDATE outbox SET due_at = 0'));
    expect(await settled).toMatchObject({ outcome: 'updated', contactId });

    async function rowOf() {
      return (await store.database.read((sql) => sql.all('SELECT lease_token FROM outbox')))[0];
    }
  });
});
