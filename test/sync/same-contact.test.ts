import { describe, expect, test } from 'vitest';
import type { Identity } from '../../src/model/identity.ts';
import { put } from '../../src/store/outbox/put.ts';
import { snapshotOf } from '../../src/sync/snapshot.ts';
import { ANN, aDelivery, traits } from './a-delivery.ts';

const BOB = '0f1c2d3e-0000-4000-8000-000000000002';
const DOUBT = JSON.stringify([{ call: 'lost', fields: ['Email', 'Last_Name'], key: 'ann@example.com' }]);

describe('Delivery', () => {
  test('rule 10: of two that find the same contact at once one writes to it, the other gets its own', async () => {
    const { control, store, rules, settledBy } = await aDelivery();
    // An earlier process has made a contact for Ann, and died before its answer.
    await control.putContact(null, { Email: 'ann@example.com', Last_Name: 'Smith' });
    const updated_at = '2026-11-24T10:00:00Z';
    const ann: Identity = { id: ANN, updated_at, ...traits({ email: 'ann@example.org' }) };
    const bob: Identity = { id: BOB, updated_at, traits: { email: 'ann@example.com', name: 'Bob Jones' } };
    const both = [ann, bob].map((identity) => snapshotOf(identity, 'settings', store.hmac));
    const fault = await control.addFault({ on: { operation: 'fields' }, effect: { hold: 'before_commit' } });
    await put(store, both, rules);
    await control.waitForHeld(fault);
    await store.database.write((sql) =>
      sql.run('UPDATE outbox SET marks = $1 WHERE identity_id = $2', [DOUBT, ANN]),
    );
    const first = settledBy(() => control.release(fault));
    const second = settledBy(async () => {});
    expect([(await first).outcome, (await second).outcome].toSorted()).toEqual(['created', 'updated']);
    const contacts = (await control.contacts()).map(({ fields }) => [fields['Email'], fields['Last_Name']]);
    expect(contacts.toSorted()).toEqual([
      ['ann@example.com', 'Jones'],
      ['ann@example.org', 'Smith'],
    ]);
  });
});
