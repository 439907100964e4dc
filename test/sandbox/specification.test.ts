import { describe, expect, test } from 'vitest';
import { SpecValidation } from '../../src/sandbox/zoho/spec-validation.ts';
import { Crm, itemsOf, sandboxFor } from './calls.ts';

const specs = new SpecValidation();

describe("answers match Zoho's official specification", () => {
  test('written records', async () => {
    const crm = await Crm.of(await sandboxFor());
    const record = { Last_Name: 'L', Email: 'ann@example.com' };
    for (const answer of [await crm.upsert([record]), await crm.upsert([record])]) {
      // The specification does not allow null here, but Zoho's real answers have it on insert.
      const [{ duplicate_field, ...item } = {}] = itemsOf(answer);
      const sent = duplicate_field === null ? item : { ...item, duplicate_field };
      expect(specs.problems('record', 'Success_Response', sent)).toEqual([]);
    }
  });

  test('refused records', async () => {
    const sandbox = await sandboxFor({ fields: [{ apiName: 'U', unique: { caseSensitive: false } }] });
    const crm = await Crm.of(sandbox);
    await sandbox.control.seedContacts([
      { Last_Name: 'A', U: '1' },
      { Last_Name: 'B', Email: 'b@example.com' },
    ]);
    const answer = await crm.upsert([
      {},
      { Last_Name: 'B', Email: 'b@example.com', U: '1' },
      { Last_Name: 'C', Email: 'c' },
    ]);
    for (const item of itemsOf(answer)) expect(specs.problems('record', 'API_Exception', item)).toEqual([]);
  });

  test('records and COQL rows', async () => {
    const crm = await Crm.of(await sandboxFor());
    await crm.upsert([{ Last_Name: 'L' }]);
    const list = await crm.send('GET', 'Contacts?fields=Last_Name,Created_Time,Modified_By,Tag');
    expect(specs.problems('record', 'Response_Wrapper', { ...asObject(list.json), info: {} })).toEqual([]);
    const rows = await crm.coql("select Last_Name, Created_Time from Contacts where Last_Name = 'L'");
    expect(specs.problems('coql', 'Response_Wrapper', rows.json)).toEqual([]);
  });

  test.each([
    { query: 'select id from Contacts', schema: 'Syntax_Exception' },
    { query: "select id from Contacts where Email 'x'", schema: 'Query_Exception' },
    { query: "select Nope from Contacts where Email = 'x'", schema: 'Query_Exception' },
    { query: "select id from Contacts where Email = 'x' limit 3000", schema: 'Limit_Exceeded_Exception' },
  ])('the refusal of $query is a $schema', async ({ query, schema }) => {
    const { json } = await (await Crm.of(await sandboxFor())).coql(query);
    expect(specs.problems('coql', schema, json)).toEqual([]);
  });

  test('created fields', async () => {
    const crm = await Crm.of(await sandboxFor());
    const body = { fields: [{ field_label: 'New', data_type: 'text' }] };
    const { json } = await crm.send('POST', 'settings/fields?module=Contacts', body);
    expect(specs.problems('fields', 'SuccessWrapper', json)).toEqual([]);
  });
});

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
