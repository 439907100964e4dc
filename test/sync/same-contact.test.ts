import { describe, expect, test } from 'vitest';
import type { Identity } from '../../src/model/identity.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { ANN, aDelivery, traits } from './a-delivery.ts';

const BOB = '0f1c2d3e-0000-4000-8000-000000000002';
const ORY_ID = 'Ory_Identity_ID';

describe('Delivery', () => {
  test('rule 10: if two find the same contact at once, one writes to it, and the other gets its own', async () => {
    const fields = [{ apiName: ORY_ID, dataType: 'text', length: 64, unique: { caseSensitive: false } }];
    const { control, store, rules, settledBy } = await aDelivery({ fields }, undefined, {
      oryIdField: ORY_ID,
    });
    // Before either was delivered, a salesperson typed Bob's email into the contact with Ann's id.
    await control.putContact(null, { Email: 'bob@example.com', Last_Name: 'Smith', [ORY_ID]: ANN });
    const updated_at = '2026-11-24T10:00:00Z';
    const ann: Identity = { id: ANN, updated_at, ...traits() };
    const bob: Identity = { id: BOB, updated_at, traits: { email: 'bob@example.com', name: 'Bob Jones' } };
    const both = [ann, bob].map((identity) => snapshotOf(identity, 'settings', store.hmac));
    const first = settledBy(() => put(store, both, rules));
    const second = settledBy(async () => {});
    expect([(await first).outcome, (await second).outcome].toSorted()).toEqual(['created', 'updated']);
    const contacts = (await control.contacts()).map(({ fields: has }) => [has['Email'], has['Last_Name']]);
    expect(contacts.toSorted()).toEqual([
      ['ann@example.com', 'Smith'],
      ['bob@example.com', 'Jones'],
    ]);
  });
});
