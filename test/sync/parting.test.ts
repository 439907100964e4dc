import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Store } from '../../src/store/open.ts';
import { confirmOryProject } from '../../src/store/ory-project.ts';
import { putDelete } from '../../src/store/outbox/put/put-delete.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { ANN, aDelivery, traits } from './a-delivery.ts';

const ID_FIELD = { apiName: 'Ory_Identity_ID', unique: { caseSensitive: false } };
const FIELDS = 'fields: { Email: email, Last_Name: last_name }';
const DAYS_8 = 8 * 24 * 60 * 60 * 1_000;

/** A person in Ory's admin API whose identity is linked to a contact. */
async function aLinkedPerson(mappingText?: string) {
  const parts = await aDelivery({}, mappingText, { ory: true });
  const person = await parts.control.createIdentity(traits());
  const { contactId } = await parts.deliver(person, 'registration');
  await confirmOryProject(parts.store, [person.id]);
  const putGone = () => putDelete(parts.store, [person.id], { event: 'reconcile', policy: null, run: null });
  return { ...parts, person, contactId: contactId ?? '', putGone };
}

/** As if Zoho had put a row off for this long. */
function putOffFor(store: Store, ms: number) {
  return store.database.write((sql) =>
    sql.run('UPDATE outbox SET later_since = later_since - $1, due_at = 0 WHERE later_since IS NOT NULL', [
      ms,
    ]),
  );
}

describe('Delivery', () => {
  test('rule 24: a linked contact that no longer has the Ory id is erased too', async () => {
    const { control, store, deliver, settledBy } = await aDelivery({ fields: [ID_FIELD] }, undefined, {
      oryIdField: ID_FIELD.apiName,
    });
    const { contactId } = await deliver(traits());
    await control.putContact(contactId, { [ID_FIELD.apiName]: null });
    expect(await settledBy(() => putErase(store, ANN, null))).toMatchObject({ reason: 'erased' });
    expect(await control.contacts()).toEqual([]);
  });

  test('rule 7: webhooks still update an identity that was found again, even after Zoho refused the record', async () => {
    const { control, store, rules, settledBy, person, putGone } = await aLinkedPerson();
    await control.updateIdentity(person.id, { traits: { email: 'ann@example.com', name: 'Ann Jones' } });
    const id = await control.addFault({
      on: { operation: 'update' },
      effect: { refuseField: { apiName: 'Last_Name', code: 'INVALID_DATA' } },
    });
    expect((await settledBy(putGone)).outcome).toBe('failed');
    await control.removeFault(id);
    const change = { traits: { email: 'ann@example.com', name: 'Ann Brown' } };
    const changed = snapshotOf(await control.updateIdentity(person.id, change), 'settings', store.hmac);
    expect(await put(store, [changed], rules)).toEqual(['put']);
  });

  test('rule 24: if the identity is gone from Ory and its contact from Zoho, no tag is set', async () => {
    const { control, settledBy, person, contactId, putGone } = await aLinkedPerson(`deleted: tag\n${FIELDS}`);
    await control.deleteContact(contactId);
    await control.deleteIdentity(person.id);
    expect(await settledBy(putGone)).toMatchObject({ outcome: 'skipped', reason: 'deleted' });
  });

  test('rule 13: a contact that cannot be tagged for now is tagged later', async () => {
    const { control, store, person, contactId, putGone } = await aLinkedPerson(`deleted: tag\n${FIELDS}`);
    await control.setRecordState(contactId, 'locked');
    await control.deleteIdentity(person.id);
    await putGone();
    await expect.poll(async () => (await rowOf(store))?.['attempts']).toBe(1);
    expect((await rowOf(store))?.['state']).toBe('waiting');
  });

  test('rule 13: if Zoho does not allow the deletion of a contact for a week, it fails', async () => {
    const { control, store, settledBy, person, putGone } = await aLinkedPerson(`deleted: delete\n${FIELDS}`);
    const body = '{"data":[{"code":"RECORD_LOCKED","details":{},"message":"locked","status":"error"}]}';
    await control.addFault({ on: { operation: 'delete' }, times: 'always', effect: { status: 200, body } });
    await control.deleteIdentity(person.id);
    await putGone();
    await expect.poll(async () => (await rowOf(store))?.['attempts']).toBe(1);
    expect(await settledBy(() => putOffFor(store, DAYS_8))).toMatchObject({ reason: 'zoho_record_locked' });
  });

  test('rule 2: a list that was read before a hint showed that an identity is gone does not bring it back', async () => {
    const { control, store, rules, settledBy, person } = await aLinkedPerson();
    const hint = snapshotOf({ id: person.id, ...traits() }, 'login', store.hmac);
    const hold = await control.addFault({ on: { operation: 'ory_list' }, effect: { hold: 'before_commit' } });
    const settled = settledBy(() => put(store, [hint], rules));
    await control.waitForHeld(hold);
    const seen = { ...snapshotOf(person, 'reconcile', store.hmac), readAsOf: await drawAsOf(store) };
    await control.deleteIdentity(person.id);
    await control.release(hold);
    expect(await settled).toMatchObject({ reason: 'deleted' });
    expect(await put(store, [seen], rules)).toEqual(['deleted']);
  });

  test('rule 22: a contact that is made again gets its tags again', async () => {
    const { control, store, settledBy, rules, person, contactId } = await aLinkedPerson(
      `tags: [From Ory]\n${FIELDS}`,
    );
    expect(await tagsOf()).toEqual(['From Ory']);
    await control.deleteContact(contactId);
    const entry = snapshotOf(person, 'sync', store.hmac);
    const compared = { ...entry, compare: true, readAsOf: await drawAsOf(store) };
    expect((await settledBy(() => put(store, [compared], rules))).outcome).toBe('created');
    expect(await tagsOf()).toEqual(['From Ory']);

    async function tagsOf() {
      const [contact] = await control.contacts();
      return z
        .array(z.object({ name: z.string() }))
        .parse(contact?.fields['Tag'])
        .map(({ name }) => name);
    }
  });

  test('rule 11: an identity that returns after an unanswered deletion gets a contact again', async () => {
    const { control, deliver } = await aDelivery({}, `when: traits.member\notherwise: delete\n${FIELDS}`);
    await deliver(traits({ member: true }));
    await control.addFault({ on: { operation: 'delete' }, effect: { cut: 'after_commit' } });
    const left = deliver(traits({ member: false }));
    await expect.poll(async () => (await control.requests('delete')).length).toBe(1);
    const back = deliver(traits({ member: true }));
    await Promise.race([left, back]);
    expect((await control.contacts()).map(({ fields }) => fields['Email'])).toEqual(['ann@example.com']);
  });

  test('rule 8: a worker that has lost the lease deletes nothing', async () => {
    const { control, store, deliver, stop } = await aDelivery({ fields: [ID_FIELD] }, undefined, {
      oryIdField: ID_FIELD.apiName,
    });
    await deliver(traits());
    const fault = await control.addFault({ on: { operation: 'coql' }, effect: { hold: 'before_commit' } });
    await putErase(store, ANN, null);
    await control.waitForHeld(fault);
    await store.database.write((sql) => sql.run("UPDATE outbox SET lease_token = 'of another process'"));
    await control.release(fault);
    await stop();
    expect(await control.requests('delete')).toEqual([]);
  });
});

async function rowOf(store: Store) {
  return (await store.database.read((sql) => sql.all('SELECT state, attempts FROM outbox')))[0];
}

test('a tag whose answer was lost is removed again', async () => {
  const { control, deliver } = await aDelivery(
    {},
    'when: traits.member\notherwise: tag\nfields: { Email: email, Last_Name: last_name }',
  );
  await deliver(traits({ member: true }));
  await control.addFault({ on: { operation: 'tag' }, effect: { cut: 'after_commit' } });
  const left = deliver(traits({ member: false }));
  await expect.poll(async () => (await control.requests('tag')).length).toBe(1);
  const back = deliver(traits({ member: true }));
  await Promise.race([left, back]);
  expect((await control.contacts()).map(({ fields }) => fields['Tag'])).toEqual([[]]);
});
