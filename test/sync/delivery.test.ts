import { describe, expect, test } from 'vitest';
import { drawAsOf } from '../../src/store/revision.ts';
import { aDelivery, traits } from './a-delivery.ts';

const NO_COQL = ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.settings.fields.READ'];

describe('Delivery', () => {
  test('rule 18: a field that only some snapshots have is neither cleared nor sent again by the others', async () => {
    const { control, deliver } = await aDelivery({}, 'fields: { Email: email, Title: "$string(verified)" }');
    const verifiable_addresses = [{ value: 'ann@example.com', via: 'email', verified: true }];
    const { contactId } = await deliver({ ...traits(), verifiable_addresses });
    await control.putContact(contactId, { Title: 'changed by a person' });
    // A hint has no addresses.
    await deliver({ ...traits(), updated_at: '' });
    await deliver({ ...traits({ more: 1 }), verifiable_addresses });
    expect((await control.contact(contactId ?? ''))?.fields['Title']).toBe('changed by a person');
  });

  test('rule 18: a value that was sent and then refused can still be cleared', async () => {
    const { control, deliver } = await aDelivery();
    await control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Phone', code: 'INVALID_DATA', containing: '+666' } },
    });
    const { contactId } = await deliver(traits({ phone: '+4930111' }));
    expect((await deliver(traits({ phone: '+666' }))).leftOut).toEqual(['Phone']);
    // The refused value is not sent again.
    expect(await deliver(traits({ phone: '+666', name: 'Ann Jones' }))).toMatchObject({
      leftOut: [],
      fields: ['Last_Name'],
    });
    expect((await control.contact(contactId ?? ''))?.fields['Phone']).toBe('+4930111');
    await deliver(traits());
    expect((await control.contact(contactId ?? ''))?.fields['Phone']).toBeNull();
  });

  test("rule 4: when compared, a person's change in Zoho is overwritten, and right values are not written", async () => {
    const { control, store, deliver } = await aDelivery();
    const { contactId } = await deliver(traits());
    await control.putContact(contactId, { Last_Name: 'Wrong' });
    expect((await deliver(traits({ more: 1 }))).outcome).toBe('unchanged');
    const compare = async () => ({ compare: true, readAsOf: await drawAsOf(store) });
    expect(await deliver(traits({ more: 1 }), 'sync', await compare())).toMatchObject({
      outcome: 'updated',
      fields: ['Last_Name'],
      contactId,
    });
    expect(await deliver(traits({ more: 1 }), 'sync', await compare())).toMatchObject({
      outcome: 'unchanged',
      contactId,
    });
  });

  test('rule 22: when compared, a contact that is gone is made again', async () => {
    const { control, store, deliver } = await aDelivery();
    const first = await deliver(traits());
    await control.deleteContact(first.contactId ?? '');
    const again = await deliver(traits(), 'sync', { compare: true, readAsOf: await drawAsOf(store) });
    expect(again.outcome).toBe('created');
    expect((await control.contacts()).map(({ id }) => id)).toEqual([again.contactId]);
  });

  test('rule 16, no COQL scope: a made-up name never replaces a real one', async () => {
    const { control, deliver } = await aDelivery({ scopes: NO_COQL });
    const { id } = await control.putContact(null, { Email: 'ann@example.com', Last_Name: 'Real' });
    const { outcome } = await deliver({ traits: { email: 'ann@example.com' } }, 'registration');
    expect(outcome).toBe('updated');
    expect((await control.contact(id))?.fields['Last_Name']).toBe('Real');
  });

  test('rule 19: a unique field that could not be written after the upsert does not count as sent', async () => {
    const unique = { apiName: 'Phone', unique: { caseSensitive: false } };
    const { control, deliver } = await aDelivery({ scopes: NO_COQL, fields: [unique] });
    const colleague = await control.putContact(null, {
      Email: 'bob@example.com',
      Last_Name: 'Bob',
      Phone: '+4930111',
    });
    const mine = await control.putContact(null, { Email: 'ann@example.com', Last_Name: 'Smith' });
    expect((await deliver(traits({ phone: '+4930111' }))).reason).toBe('duplicate_Phone');
    await control.putContact(colleague.id, { Phone: null });
    await deliver(traits({ phone: '+4930111', more: 1 }));
    expect((await control.contact(mine.id))?.fields['Phone']).toBe('+4930111');
  });

  test('rule 17: fill leaves fields alone that it could not read', async () => {
    const { control, deliver } = await aDelivery(
      {},
      'adopt: fill\nfields: { Email: email, Title: "\'from Ory\'", Last_Name: last_name }',
    );
    await control.addFault({
      on: { operation: 'coql', containing: 'Title' },
      times: 'always',
      effect: {
        status: 400,
        body: '{"code":"INVALID_QUERY","details":{},"message":"invalid query formed","status":"error"}',
      },
    });
    const { id } = await control.putContact(null, {
      Email: 'ann@example.com',
      Last_Name: 'Real',
      Title: 'Real title',
    });
    expect(await deliver(traits())).toMatchObject({ outcome: 'unchanged', contactId: id });
    expect((await control.contact(id))?.fields).toMatchObject({ Last_Name: 'Real', Title: 'Real title' });
  });
});
