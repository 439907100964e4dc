import { describe, expect, test } from 'vitest';
import { Crm, itemOf, rowsOf, sandboxFor } from './calls.ts';

const error = (code: string, message: string, details: object) => ({
  status: 400,
  json: { code, message, details, status: 'error' },
});

describe('a quote in COQL', () => {
  test.each([
    ['doubled', "'O''Neil'", 200],
    ['doubled', String.raw`'O\'Neil'`, 400],
    ['doubled', String.raw`'Back\slash'`, 400],
    ['backslash', "'O''Neil'", 400],
    ['backslash', String.raw`'O\'Neil'`, 200],
  ] as const)('with %s quotes, %s is %i', async (coqlEscape, text, status) => {
    const sandbox = await sandboxFor({ coqlEscape });
    await sandbox.control.seedContacts([{ Last_Name: "O'Neil" }]);
    const answer = await (await Crm.of(sandbox)).coql(`select id from Contacts where Last_Name = ${text}`);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json).toMatchObject({ code: 'SYNTAX_ERROR' });
  });
});

describe('a query is refused', () => {
  test.each([
    [
      "select Last_Name, Last_Name from Contacts where Last_Name = 'x'",
      error('DUPLICATE_DATA', 'duplicate select column', { column_name: 'Last_Name' }),
    ],
    [
      "select id from Contacts where Last_Name = 'x' limit 0",
      error('INVALID_DATA', 'limit should be greater than 0', {}),
    ],
    [
      "select id from Nothings where Last_Name = 'x'",
      error('INVALID_MODULE', 'the given module is not supported in api', {}),
    ],
  ])('%s', async (query, expected) => {
    expect(await (await Crm.of(await sandboxFor())).coql(query)).toMatchObject(expected);
  });

  test('without select_query', async () => {
    const crm = await Crm.of(await sandboxFor());
    const expected = error('MANDATORY_NOT_FOUND', 'mandatory key not found', { api_name: 'select_query' });
    expect(await crm.send('POST', 'coql', {})).toMatchObject(expected);
  });

  test.each(['select Email from Contacts where id = 1', "select id from Contacts where Email = 'a@b.de'"])(
    'if it names a field that the org restricts: %s',
    async (query) => {
      const crm = await Crm.of(await sandboxFor({ restrictedFields: ['Email'] }));
      const expected = { column_name: 'Email' };
      expect(await crm.coql(query)).toMatchObject(
        error('INVALID_QUERY', 'the field in restricted in GDPR', expected),
      );
    },
  );
});

describe('a row', () => {
  test.each([
    ['v6', { id: '12' }, { id: '34' }],
    ['v7', { name: 'Record 12', id: '12' }, { name: 'User 34', id: '34' }],
    ['v8', { name: 'Record 12', id: '12' }, { name: 'User 34', id: '34' }],
  ])('of %s has lookups as %j', async (version, Account_Name, Owner) => {
    const sandbox = await sandboxFor();
    const record = { Last_Name: 'Lee', Account_Name: { id: '12' }, Owner: { id: '34' } };
    const [id] = await sandbox.control.seedContacts([record]);
    const crm = await Crm.of(sandbox, version);
    const found = await crm.coql("select Account_Name, Owner from Contacts where Last_Name = 'Lee'");
    expect(rowsOf(found)).toEqual([{ id, Account_Name, Owner }]);
    expect(rowsOf(await crm.send('GET', `Contacts/${id}?fields=Account_Name,Owner`))).toEqual([
      {
        id,
        Account_Name: { name: 'Record 12', id: '12' },
        Owner: { name: 'User 34', id: '34', email: 'user-34@sandbox.example' },
      },
    ]);
  });

  test.each([
    [true, 200],
    [false, 204],
  ])('is found in another case: %j', async (coqlIgnoresCase, status) => {
    const sandbox = await sandboxFor({ coqlIgnoresCase });
    await sandbox.control.seedContacts([{ Last_Name: 'Lee', Email: 'ann@example.com' }]);
    const crm = await Crm.of(sandbox);
    const found = await crm.coql("select id from Contacts where Email in ('ANN@example.com')");
    expect(found.status).toBe(status);
  });

  test('is found by a time in another time zone', async () => {
    const fields = [{ apiName: 'When', dataType: 'datetime' }];
    const crm = await Crm.of(await sandboxFor({ fields }));
    await crm.upsert([{ Last_Name: 'Lee', When: '2026-01-02T03:00:00+00:00' }]);
    const at = (time: string) => crm.coql(`select id from Contacts where When <= '${time}'`);
    expect((await at('2026-01-01T20:00:00-07:00')).status).toBe(200);
    expect((await at('2026-01-02T05:59:59+03:00')).status).toBe(204);
  });
});

describe('a body', () => {
  const body = error('INVALID_DATA', 'body', { expected_data_type: 'jsonobject' });

  test.each(['', 'no json', '[]', '"text"'])('that is %j is refused as no object', async (text) => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    for (const path of ['Contacts/upsert', 'coql', 'settings/fields?module=Contacts']) {
      expect(await crm.sendText('POST', path, text)).toMatchObject(body);
    }
  });

  test('names the key that is wrong or missing', async () => {
    const crm = await Crm.of(await sandboxFor());
    const path = 'Contacts/upsert';
    const wrong = { expected_data_type: 'jsonarray', api_name: 'trigger', json_path: '$.trigger' };
    expect(await crm.send('POST', path, { data: [{ Last_Name: 'L' }], trigger: 'workflow' })).toMatchObject(
      error('INVALID_DATA', 'invalid data', wrong),
    );
    const id = { expected_data_type: 'text', api_name: 'id', json_path: '$.data[0].id' };
    expect(await crm.send('POST', path, { data: [{ id: 5 }] })).toMatchObject(
      error('INVALID_DATA', 'invalid data', id),
    );
    expect(itemOf(await crm.upsert([{}])).code).toBe('MANDATORY_NOT_FOUND');
  });
});
