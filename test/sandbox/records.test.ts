import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Crm, idOf, itemOf, itemsOf, rowsOf, sandboxFor } from './calls.ts';

const UNIQUE = { apiName: 'Ory_Identity_ID', length: 64, unique: { caseSensitive: false } };

describe('update', () => {
  test('changes the fields that are sent, clears those that are null, and leaves the rest', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [id = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'Lee', First_Name: 'Ann', Phone: '+1', Email: 'ann@example.com' },
    ]);
    const answer = await crm.send('PUT', 'Contacts', {
      data: [{ id, First_Name: 'Anna', Phone: null }],
      trigger: [],
    });
    expect(answer.status).toBe(200);
    expect(itemOf(answer)).toMatchObject({ code: 'SUCCESS', message: 'record updated', details: { id } });
    expect(itemOf(answer)).not.toHaveProperty('action');
    expect(await sandbox.control.contact(id)).toMatchObject({
      fields: {
        Last_Name: 'Lee',
        First_Name: 'Anna',
        Full_Name: 'Anna Lee',
        Phone: null,
        Email: 'ann@example.com',
      },
      writes: 2,
      history: [
        { by: 'person' },
        { by: 'api', action: 'update', trigger: [], fields: ['First_Name', 'Phone'] },
      ],
    });
  });

  test.each([
    {
      what: 'an id that does not exist',
      data: [{ id: '1' }],
      item: { message: 'the id given seems to be invalid', details: { id: '1' } },
    },
    {
      what: 'no id',
      data: [{ Last_Name: 'L' }],
      item: { code: 'MANDATORY_NOT_FOUND', details: { api_name: 'id' } },
    },
  ])('$what is an error of that record only', async ({ data, item }) => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.send('PUT', 'Contacts', { data });
    expect(answer.status).toBe(400);
    expect(itemOf(answer)).toMatchObject(item);
  });

  test('Last_Name cannot be cleared, but may be omitted', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [id = ''] = await sandbox.control.seedContacts([{ Last_Name: 'Lee' }]);
    expect(itemOf(await crm.send('PUT', `Contacts/${id}`, { data: [{ Last_Name: null }] })).code).toBe(
      'MANDATORY_NOT_FOUND',
    );
    expect((await crm.send('PUT', `Contacts/${id}`, { data: [{ First_Name: 'Ann' }] })).status).toBe(200);
  });

  test('a unique value of another record is DUPLICATE_DATA', async () => {
    const sandbox = await sandboxFor({ fields: [UNIQUE] });
    const crm = await Crm.of(sandbox);
    const [first, second = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'A', Ory_Identity_ID: 'oid-1' },
      { Last_Name: 'B' },
    ]);
    const answer = await crm.send('PUT', 'Contacts', { data: [{ id: second, Ory_Identity_ID: 'OID-1' }] });
    expect(itemOf(answer)).toMatchObject({
      code: 'DUPLICATE_DATA',
      details: { duplicate_record: { id: first } },
    });
  });

  test.each([
    { state: 'locked', code: 'RECORD_LOCKED' },
    { state: 'not_approved', code: 'NOT_APPROVED' },
    { state: 'not_reviewed', code: 'NOT_REVIEWED' },
    { state: 'in_blueprint', code: 'RECORD_IN_BLUEPRINT' },
  ] as const)('a record that is $state answers $code, alone in its batch', async ({ state, code }) => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const [held = '', free = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'A', Email: 'a@example.com' },
      { Last_Name: 'B' },
    ]);
    await sandbox.control.setRecordState(held, state);
    const answer = await crm.send('PUT', 'Contacts', { data: [{ id: held }, { id: free, First_Name: 'x' }] });
    expect(answer.status).toBe(207);
    expect(itemsOf(answer).map((item) => item.code)).toEqual([code, 'SUCCESS']);
    expect(itemOf(await crm.upsert([{ Last_Name: 'A', Email: 'a@example.com' }])).code).toBe(code);
    await sandbox.control.setRecordState(held, 'free');
    expect((await crm.send('PUT', 'Contacts', { data: [{ id: held, First_Name: 'x' }] })).status).toBe(200);
  });
});

describe('read and delete', () => {
  test('a deleted record answers 204, and an id that never existed 400', async () => {
    const crm = await Crm.of(await sandboxFor());
    const id = idOf(await crm.upsert([{ Last_Name: 'Lee', Email: 'ann@example.com' }]));
    expect(rowsOf(await crm.send('GET', `Contacts/${id}`))).toMatchObject([
      { id, Last_Name: 'Lee', Owner: { name: 'Sandbox User' }, Phone: null },
    ]);
    expect(rowsOf(await crm.send('GET', `Contacts/${id}?fields=Email`))).toEqual([
      { id, Email: 'ann@example.com' },
    ]);
    expect(itemOf(await crm.send('DELETE', `Contacts/${id}`))).toMatchObject({
      message: 'record deleted',
      details: { id },
    });
    expect(await crm.send('GET', `Contacts/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(await crm.send('GET', 'Contacts/123')).toMatchObject({
      status: 400,
      json: { code: 'INVALID_DATA' },
    });
  });

  test('deleting several records reports for each whether it existed', async () => {
    const crm = await Crm.of(await sandboxFor());
    const id = idOf(await crm.upsert([{ Last_Name: 'Lee' }]));
    const answer = await crm.send('DELETE', `Contacts?ids=${id},999`);
    expect(answer.status).toBe(207);
    expect(itemsOf(answer).map((item) => item.message)).toEqual(['record deleted', 'record not deleted']);
    const tooMany = Array.from({ length: 101 }, (_, i) => i).join(',');
    expect(await crm.send('DELETE', `Contacts?ids=${tooMany}`)).toMatchObject({
      json: { code: 'LIMIT_EXCEEDED' },
    });
  });

  test('a list needs `fields` since v3, and is 204 if empty', async () => {
    const sandbox = await sandboxFor();
    expect((await (await Crm.of(sandbox, 'v2')).send('GET', 'Contacts')).status).toBe(204);
    const crm = await Crm.of(sandbox);
    expect(await crm.send('GET', 'Contacts')).toMatchObject({
      status: 400,
      json: { code: 'REQUIRED_PARAM_MISSING', details: { param_name: 'fields' } },
    });
    expect((await crm.send('GET', 'Contacts?fields=Email')).status).toBe(204);
  });

  test('page tokens lead through all records, and only work with their own parameters', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const ids = await sandbox.control.seedContacts(
      Array.from({ length: 7 }, (_, i) => ({ Last_Name: `L${i}` })),
    );
    const infoSchema = z.object({
      info: z.object({ more_records: z.boolean(), next_page_token: z.string().nullable() }),
    });
    const seen: unknown[] = [];
    let token: string | null = '';
    while (token !== null) {
      const page = await crm.send(
        'GET',
        `Contacts?fields=Last_Name&per_page=3${token && `&page_token=${token}`}`,
      );
      seen.push(...rowsOf(page).map((row) => row['id']));
      const last: string = token;
      token = infoSchema.parse(page.json).info.next_page_token;
      if (token !== null && last === '') {
        const other = await crm.send('GET', `Contacts?fields=Email&per_page=3&page_token=${token}`);
        expect(other).toMatchObject({ status: 400, json: { code: 'TOKEN_BOUND_DATA_MISMATCH' } });
      }
    }
    expect(seen).toEqual(ids.toReversed());
    expect(await crm.send('GET', 'Contacts?fields=Email&page=11')).toMatchObject({
      json: { code: 'DISCRETE_PAGINATION_LIMIT_EXCEEDED' },
    });
  });

  test('the id of a merged contact is gone, and its values move to the other one', async () => {
    const sandbox = await sandboxFor({ fields: [UNIQUE] });
    const crm = await Crm.of(sandbox);
    const [master = '', other = ''] = await sandbox.control.seedContacts([
      { Last_Name: 'A' },
      { Last_Name: 'B', Ory_Identity_ID: 'oid-1', Phone: '+1' },
    ]);
    await sandbox.control.mergeContacts(master, [other]);
    expect((await crm.send('GET', `Contacts/${other}`)).status).toBe(400);
    expect(
      rowsOf(await crm.coql("select Last_Name, Phone from Contacts where Ory_Identity_ID = 'oid-1'")),
    ).toEqual([{ id: master, Last_Name: 'A', Phone: '+1' }]);
  });
});
