import { describe, expect, test } from 'vitest';
import { Crm, idOf, itemOf, rowsOf, sandboxFor } from './calls.ts';

const FIELDS = [
  { apiName: 'When', dataType: 'datetime' },
  { apiName: 'Day', dataType: 'date' },
  { apiName: 'Age', dataType: 'integer' },
  { apiName: 'Long', dataType: 'bigint' },
  { apiName: 'Likes', dataType: 'multiselectpicklist' },
];

async function crmWithFields(): Promise<Crm> {
  return Crm.of(await sandboxFor({ fields: FIELDS }));
}

describe('a phone number', () => {
  test.each([
    '() Not provided.',
    '(12',
    '12)',
    '555--123',
    '0171 - 1234567',
    '0171  1234567',
    '0171 1234567 ',
    '(0)171/123',
    '(aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '+1 800 CALL#5',
    '+',
  ])('"%s" is refused', async (Phone) => {
    const answer = await (await crmWithFields()).upsert([{ Last_Name: 'L', Phone }]);
    expect(itemOf(answer)).toMatchObject({
      code: 'INVALID_DATA',
      details: { expected_data_type: 'phone', api_name: 'Phone' },
    });
  });

  test.each(['+49 (0) 171 1234567', '(030) 123-456', '91(987)654321', '123.456.7890', '12,;34#56', '12#'])(
    '"%s" is accepted',
    async (Phone) => {
      expect((await (await crmWithFields()).upsert([{ Last_Name: 'L', Phone }])).status).toBe(200);
    },
  );
});

describe('a value of the wrong type', () => {
  test.each([
    { Day: '31.12.2026', details: { expected_data_type: 'date', maximum_length: 20 } },
    // "Upsert Records": too many digits. Only a wrong type has both, as recorded.
    { Age: 1_000_000_000, details: { maximum_length: 9 } },
    { Age: 'x', details: { expected_data_type: 'integer', maximum_length: 9 } },
    { Long: '1234567890123456789', details: { maximum_length: 18 } },
    { Email: [], details: { expected_data_type: 'email' } },
    { Title: [], details: { expected_data_type: 'text' } },
  ])('$details: %j', async ({ details, ...fields }) => {
    const answer = await (await crmWithFields()).upsert([{ Last_Name: 'L', ...fields }]);
    const [api_name] = Object.keys(fields);
    expect(itemOf(answer).details).toEqual({ ...details, api_name, json_path: `$.data[0].${api_name}` });
  });

  test('an integer of nine digits is accepted, and an empty list clears a list', async () => {
    const crm = await crmWithFields();
    const id = idOf(await crm.upsert([{ Last_Name: 'L', Age: 999_999_999, Likes: ['a'] }]));
    expect(itemOf(await crm.send('PUT', 'Contacts', { data: [{ id, Likes: [] }] })).code).toBe('SUCCESS');
    expect(rowsOf(await crm.send('GET', `Contacts/${id}?fields=Age,Likes`))).toEqual([
      { id, Age: 999_999_999, Likes: null },
    ]);
  });

  test.each(['Account_Name', 'Owner'])('%s without an id misses its id', async (field) => {
    const crm = await crmWithFields();
    for (const value of [{ name: 'Acme' }, {}, { id: null }]) {
      const answer = await crm.upsert([{ Last_Name: 'L', [field]: value }]);
      expect(itemOf(answer)).toMatchObject({
        code: 'MANDATORY_NOT_FOUND',
        details: { api_name: 'id', json_path: `$.data[0].${field}.id` },
      });
    }
  });
});

describe('a value that is read back', () => {
  test('a time is in the time zone of the user', async () => {
    const crm = await crmWithFields();
    const id = idOf(await crm.upsert([{ Last_Name: 'L', When: '2026-01-02T03:04:05+09:00' }]));
    expect(rowsOf(await crm.send('GET', `Contacts/${id}?fields=When`))).toEqual([
      { id, When: '2026-01-01T21:04:05+03:00' },
    ]);
  });

  test('a checkbox that was never set is false, and COQL finds it', async () => {
    const crm = await crmWithFields();
    const id = idOf(await crm.upsert([{ Last_Name: 'L' }]));
    expect(rowsOf(await crm.send('GET', `Contacts/${id}?fields=Email_Opt_Out`))).toEqual([
      { id, Email_Opt_Out: false },
    ]);
    const found = await crm.coql('select Email_Opt_Out from Contacts where Email_Opt_Out = false');
    expect(rowsOf(found)).toEqual([{ id, Email_Opt_Out: false }]);
  });
});
