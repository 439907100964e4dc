import { describe, expect, test } from 'vitest';
import { Crm, rowsOf, sandboxFor } from './calls.ts';

const FIELDS = [{ apiName: 'Ory_Identity_ID', length: 64, unique: { caseSensitive: false } }];

async function crmWithPeople(): Promise<Crm> {
  const sandbox = await sandboxFor({ fields: FIELDS });
  await sandbox.control.seedContacts([
    { Last_Name: 'Lee', First_Name: 'Ann', Email: 'ann@example.com', Ory_Identity_ID: 'oid-1' },
    { Last_Name: "O'Brien", Email: 'bob@example.com', Email_Opt_Out: true },
    { Last_Name: 'Back\\slash', Email: 'cat@example.com' },
    { Last_Name: 'Zed' },
  ]);
  return Crm.of(sandbox);
}

describe('COQL', () => {
  test.each([
    { where: "Email in ('ANN@example.com','bob@example.com')", names: ['Lee', "O'Brien"] },
    { where: "Email = 'nobody@example.com' or Ory_Identity_ID in ('OID-1')", names: ['Lee'] },
    { where: "Last_Name = 'O''Brien'", names: ["O'Brien"] },
    { where: 'Email is null', names: ['Zed'] },
    { where: 'Email is not null and First_Name is null', names: ["O'Brien", 'Back\\slash'] },
    {
      where: "((Last_Name = 'Lee' or Last_Name = 'Zed') or Email_Opt_Out = true)",
      names: ['Lee', "O'Brien", 'Zed'],
    },
    { where: "Last_Name != 'Lee' and Email is not null", names: ["O'Brien", 'Back\\slash'] },
    { where: "Email like '%@example.com' limit 1, 1", names: ["O'Brien"] },
    { where: 'Last_Name is not null order by Last_Name desc limit 2', names: ['Zed', "O'Brien"] },
    { where: "Created_Time > '2020-01-01T00:00:00+03:00' and First_Name = 'Ann'", names: ['Lee'] },
  ])('where $where finds $names', async ({ where, names }) => {
    const crm = await crmWithPeople();
    const answer = await crm.coql(`select id, Last_Name from Contacts where ${where}`);
    expect(rowsOf(answer).map((row) => row['Last_Name'])).toEqual(names);
  });

  test('says whether there is more', async () => {
    const answer = await (await crmWithPeople()).coql(
      'select Email from Contacts where Last_Name is not null limit 2',
    );
    expect(answer).toMatchObject({ status: 200, json: { info: { count: 2, more_records: true } } });
  });

  test('answers 204 without a body when nothing matches', async () => {
    const answer = await (await crmWithPeople()).coql(
      "select id from Contacts where Email = 'x@example.com'",
    );
    expect(answer).toMatchObject({ status: 204, text: '' });
  });

  const fifty = Array.from({ length: 50 }, (_, i) => `'${i}@example.com'`).join(',');
  test.each([
    { query: 'select id from Contacts', code: 'SYNTAX_ERROR' },
    {
      query: "select id from Contacts where Email = 'a' or Email = 'b' or Email = 'c'",
      code: 'SYNTAX_ERROR',
    },
    { query: "select id from Contacts where Email = 'a", code: 'SYNTAX_ERROR' },
    { query: "select id from Contacts where Email == 'a'", code: 'SYNTAX_ERROR' },
    { query: 'select id from Contacts where Email in ()', code: 'SYNTAX_ERROR' },
    { query: "select * from Contacts where Email = 'a'", code: 'SYNTAX_ERROR' },
    { query: "update Contacts set Email = 'a'", code: 'SYNTAX_ERROR' },
    { query: "select Nope from Contacts where Email = 'a'", code: 'INVALID_QUERY' },
    { query: "select id from Contacts where Nope = 'a'", code: 'INVALID_QUERY' },
    { query: "select id from Nope where Email = 'a'", code: 'INVALID_MODULE' },
    { query: 'select id from Contacts where Email = 5', code: 'INVALID_QUERY' },
    { query: `select id from Contacts where Email in (${fifty},'x')`, code: 'LIMIT_EXCEEDED' },
    { query: "select id from Contacts where Email = 'a' limit 2001", code: 'LIMIT_EXCEEDED' },
    { query: "select id from Contacts where Email = 'a' limit 9999, 2", code: 'LIMIT_EXCEEDED' },
  ])('$query is refused with $code', async ({ query, code }) => {
    const answer = await (await crmWithPeople()).coql(query);
    expect(answer).toMatchObject({ status: 400, json: { code, status: 'error' } });
  });

  test('takes 50 values of `in`', async () => {
    expect(
      (await (await crmWithPeople()).coql(`select id from Contacts where Email in (${fifty})`)).status,
    ).toBe(204);
  });

  test.each([
    { limit: '', credits: 1 },
    { limit: 'limit 1000', credits: 2 },
    { limit: 'limit 0, 2000', credits: 3 },
  ])('costs $credits credits with "$limit"', async ({ limit, credits }) => {
    const sandbox = await sandboxFor();
    await (await Crm.of(sandbox)).coql(`select id from Contacts where Email = 'a' ${limit}`);
    expect((await sandbox.control.counters()).credits_used).toBe(credits);
  });
});
