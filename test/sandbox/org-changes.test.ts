import { describe, expect, test } from 'vitest';
import { Crm, idOf, itemOf, rowsOf, sandboxFor } from './calls.ts';

const UNIQUE = { apiName: 'Ory_Identity_ID', length: 64, unique: { caseSensitive: false } };

describe('a field', () => {
  test('refuses values that were fine before an administrator shortened it', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const record = { Last_Name: 'Lee', Title: 'Director' };
    expect((await crm.upsert([record])).status).toBe(200);
    await sandbox.control.changeField('Contacts', 'Title', { length: 5 });
    expect(itemOf(await crm.upsert([record]))).toMatchObject({
      code: 'INVALID_DATA',
      details: { api_name: 'Title', maximum_length: 5 },
    });
  });

  test('can be added, of any type and unique, and removed again', async () => {
    const sandbox = await sandboxFor({ unknownFields: 'refuse' });
    const crm = await Crm.of(sandbox);
    const upsert = () => crm.upsert([{ Last_Name: 'Lee', Age: 7 }]);
    const unknown = { message: 'the field api name given seems to be invalid' };
    expect(itemOf(await upsert())).toMatchObject(unknown);
    await sandbox.control.changeField('Contacts', 'Age', { dataType: 'integer' });
    expect((await upsert()).status).toBe(200);
    await sandbox.control.changeField('Contacts', 'Age', {
      dataType: 'text',
      unique: { caseSensitive: false },
    });
    expect(itemOf(await upsert())).toMatchObject({ details: { expected_data_type: 'text' } });
    expect(
      itemOf(await crm.upsert([{ Last_Name: 'Lee', Age: 'x' }], { duplicate_check_fields: ['Age'] })),
    ).toMatchObject({
      action: 'insert',
    });
    expect(await sandbox.control.removeField('Contacts', 'Age')).toBe(true);
    expect(itemOf(await upsert())).toMatchObject(unknown);
    expect((await crm.coql("select Age from Contacts where Last_Name = 'Lee'")).status).toBe(400);
    expect(await sandbox.control.removeField('Contacts', 'Age')).toBe(false);
  });

  test.each([
    ['a day that is not in the calendar', 'date', '2026-02-30'],
    ['a time with a fraction', 'datetime', '2026-02-03T10:00:00.123+00:00'],
    ['a time in UTC with Z', 'datetime', '2026-02-03T10:00:00Z'],
    ['a time on a day that is not in the calendar', 'datetime', '2026-02-30T10:00:00+00:00'],
    ['a flag as text', 'boolean', 'true'],
    ['a lookup by name', 'lookup', 'Acme'],
    ['a picklist as a list', 'picklist', ['a']],
    ['a tag that is text', 'Tag', ['a']],
  ])('refuses %s', async (_case, dataType, value) => {
    const field = dataType === 'Tag' ? 'Tag' : 'Custom';
    const sandbox = await sandboxFor(dataType === 'Tag' ? {} : { fields: [{ apiName: field, dataType }] });
    const crm = await Crm.of(sandbox);
    expect(itemOf(await crm.upsert([{ Last_Name: 'Lee', [field]: value }]))).toMatchObject({
      code: 'INVALID_DATA',
      details: { api_name: field },
    });
  });
});

describe('the recycle bin', () => {
  const record = { Last_Name: 'Lee', Ory_Identity_ID: 'oid-1' };

  test('restores a record unchanged', async () => {
    const sandbox = await sandboxFor({ fields: [UNIQUE] });
    const crm = await Crm.of(sandbox);
    const id = idOf(await crm.upsert([record]));
    await crm.send('DELETE', `Contacts/${id}`);
    expect(itemOf(await crm.send('PUT', 'Contacts', { data: [{ id, Phone: '1' }] }))).toMatchObject({
      message: 'the id given seems to be invalid',
      details: { id },
    });
    await sandbox.control.restoreContact(id);
    expect(rowsOf(await crm.coql("select Last_Name from Contacts where Ory_Identity_ID = 'oid-1'"))).toEqual([
      { id, Last_Name: 'Lee' },
    ]);
  });

  test('does not restore a record if another one has its unique value by now', async () => {
    const sandbox = await sandboxFor({ fields: [UNIQUE] });
    const crm = await Crm.of(sandbox);
    const id = idOf(await crm.upsert([record]));
    await crm.send('DELETE', `Contacts/${id}`);
    await crm.upsert([record]);
    await expect(sandbox.control.restoreContact(id)).rejects.toThrow('Ory_Identity_ID');
  });

  test.each([
    [false, { action: 'insert' }],
    [true, { code: 'DUPLICATE_DATA' }],
  ])('blocks unique values: %s', async (recycleBinKeepsUnique, expected) => {
    const sandbox = await sandboxFor({ fields: [UNIQUE], recycleBinKeepsUnique });
    const crm = await Crm.of(sandbox);
    const id = idOf(await crm.upsert([record]));
    await crm.send('DELETE', `Contacts/${id}`);
    const again = itemOf(await crm.upsert([record], { duplicate_check_fields: ['Ory_Identity_ID'] }));
    expect(again).toMatchObject(expected);
    expect(again.details.id).toEqual(recycleBinKeepsUnique ? id : expect.not.stringMatching(id));
  });
});

describe('a layout', () => {
  const layout = {
    id: '99',
    module: 'Contacts' as const,
    fields: ['Last_Name', 'Phone'],
    mandatory: ['Phone'],
  };

  test('requires its own fields and ignores others, but only in records that name it', async () => {
    const sandbox = await sandboxFor({ layouts: [layout] });
    const crm = await Crm.of(sandbox);
    expect((await crm.upsert([{ Last_Name: 'Lee', Title: 'Dr' }])).status).toBe(200);
    const Layout = { id: '99' };
    expect(itemOf(await crm.upsert([{ Last_Name: 'Lee', Layout }]))).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'Phone' },
    });
    const id = idOf(await crm.upsert([{ Last_Name: 'Lee', Phone: '1', Title: 'Dr', Layout }]));
    expect(await sandbox.control.contact(id)).toMatchObject({ fields: { Phone: '1', Title: null } });
    expect(itemOf(await crm.send('PUT', 'Contacts', { data: [{ id, Phone: null, Layout }] }))).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
    });
    expect(itemOf(await crm.upsert([{ Last_Name: 'Lee', Layout: { id: '1' } }]))).toMatchObject({
      code: 'INVALID_DATA',
      details: { api_name: 'Layout' },
    });
  });
});

describe('an assignment rule', () => {
  test('gives new records to its owner, but no existing ones', async () => {
    const sandbox = await sandboxFor({ assignmentRules: { '71': '456' } });
    const crm = await Crm.of(sandbox);
    const record = { Last_Name: 'Lee', Email: 'ann@example.com' };
    const id = idOf(await crm.upsert([record], { lar_id: '71' }));
    expect(await sandbox.control.contact(id)).toMatchObject({ fields: { Owner: { id: '456' } } });
    await sandbox.control.putContact(id, { Owner: { id: '789' } });
    await crm.upsert([record], { lar_id: '71' });
    expect(await sandbox.control.contact(id)).toMatchObject({ fields: { Owner: { id: '789' } } });
  });

  test('that does not exist is refused', async () => {
    const crm = await Crm.of(await sandboxFor());
    expect(await crm.upsert([{ Last_Name: 'Lee' }], { lar_id: '72' })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_DATA', details: { api_name: 'lar_id' } },
    });
  });
});
