import { describe, expect, test } from 'vitest';
import type { FieldOverride } from '../../src/sandbox/zoho/records/field.ts';
import { Crm, idOf, itemOf, itemsOf, sandboxFor } from './calls.ts';

const ORY_ID: FieldOverride = { apiName: 'Ory_Identity_ID', length: 64, unique: { caseSensitive: false } };
const UNIQUE_PHONE: FieldOverride = { apiName: 'Phone', unique: { caseSensitive: false } };

describe('upsert: what it matches', () => {
  test('a new email inserts, the same email in another case updates, and the answer says which', async () => {
    const crm = await Crm.of(await sandboxFor());
    const first = await crm.upsert([{ Last_Name: 'Lee', Email: 'ann@example.com' }]);
    const second = await crm.upsert([{ Last_Name: 'Lee', Email: 'ANN@example.com' }]);
    expect(first.status).toBe(200);
    expect(itemOf(first)).toMatchObject({ action: 'insert', duplicate_field: null, message: 'record added' });
    expect(itemOf(second)).toMatchObject({
      action: 'update',
      duplicate_field: 'Email',
      message: 'record updated',
    });
    expect(idOf(second)).toBe(idOf(first));
    expect(idOf(first)).toMatch(/^\d{19}$/);
    expect(itemOf(first).details['Created_Time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/);
  });

  test.each([
    { given: ['Ory_Identity_ID'], sent: { Email: 'ann@example.com', Ory_Identity_ID: 'new' }, matched: null },
    { given: ['Ory_Identity_ID'], sent: { Ory_Identity_ID: 'OID-1' }, matched: 'Ory_Identity_ID' },
    { given: ['Ory_Identity_ID'], sent: { Ory_Identity_ID: 'new', Phone: '+1' }, matched: 'Phone' },
    {
      given: ['Email'],
      sent: { Email: 'other@example.com', Ory_Identity_ID: 'oid-1' },
      matched: 'Ory_Identity_ID',
    },
    { given: [], sent: { Email: 'ann@example.com' }, matched: 'Email' },
    { given: undefined, sent: { Phone: '+1' }, matched: 'Phone' },
  ])('with the check fields $given, $sent is matched by $matched', async ({ given, sent, matched }) => {
    const sandbox = await sandboxFor({ fields: [ORY_ID, UNIQUE_PHONE] });
    const crm = await Crm.of(sandbox);
    await crm.upsert([{ Last_Name: 'Lee', Email: 'ann@example.com', Phone: '+1', Ory_Identity_ID: 'oid-1' }]);
    const answer = await crm.upsert([{ Last_Name: 'Lee', ...sent }], { duplicate_check_fields: given });
    expect(itemOf(answer)).toMatchObject({ code: 'SUCCESS', duplicate_field: matched });
  });

  test('check fields are tried in the order given', async () => {
    const sandbox = await sandboxFor({ fields: [ORY_ID] });
    const crm = await Crm.of(sandbox);
    const [byEmail, byOryId] = await sandbox.control.seedContacts([
      { Last_Name: 'A', Email: 'ann@example.com' },
      { Last_Name: 'B', Ory_Identity_ID: 'oid-1' },
    ]);
    const record = { Last_Name: 'C', Email: 'ann@example.com', Ory_Identity_ID: 'oid-1' };
    const answer = await crm.upsert([record], { duplicate_check_fields: ['Ory_Identity_ID', 'Email'] });
    expect(idOf(answer)).toBe(byOryId);
    expect(byEmail).not.toBe(byOryId);
  });

  test('a unique value of a third record is DUPLICATE_DATA, and the answer names that record', async () => {
    const sandbox = await sandboxFor({ fields: [ORY_ID] });
    const crm = await Crm.of(sandbox);
    const [third] = await sandbox.control.seedContacts([
      { Last_Name: 'Third', Ory_Identity_ID: 'oid-1' },
      { Last_Name: 'Ann', Email: 'ann@example.com' },
    ]);
    const record = { Last_Name: 'Ann', Email: 'ann@example.com', Ory_Identity_ID: 'OID-1' };
    const answer = await crm.upsert([record], { duplicate_check_fields: ['Email'] });
    expect(answer.status).toBe(400);
    expect(itemOf(answer)).toMatchObject({
      code: 'DUPLICATE_DATA',
      message: 'duplicate data',
      details: {
        api_name: 'Ory_Identity_ID',
        json_path: '$.data[0].Ory_Identity_ID',
        id: third,
        more_records: false,
        duplicate_record: { id: third, module: { api_name: 'Contacts' } },
      },
    });
  });

  test.each(['v2', 'v5'])('%s names neither json_path nor the duplicate record', async (version) => {
    const sandbox = await sandboxFor({ fields: [ORY_ID] });
    const crm = await Crm.of(sandbox, version);
    await sandbox.control.seedContacts([
      { Last_Name: 'Third', Ory_Identity_ID: 'oid-1' },
      { Last_Name: 'Ann', Email: 'ann@example.com' },
    ]);
    const record = { Last_Name: 'Ann', Email: 'ann@example.com', Ory_Identity_ID: 'oid-1' };
    const answer = await crm.upsert([record], { duplicate_check_fields: ['Email'] });
    expect(itemOf(answer).code).toBe('DUPLICATE_DATA');
    expect(itemOf(answer).details).not.toHaveProperty('json_path');
    expect(itemOf(answer).details).not.toHaveProperty('duplicate_record');
  });

  test('if several contacts have the email, it always takes the same one', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const ids = await sandbox.control.seedContacts(
      ['A', 'B', 'C'].map((name) => ({ Last_Name: name, Email: 'ann@example.com' })),
    );
    const record = { Last_Name: 'D', Email: 'ann@example.com' };
    const first = idOf(await crm.upsert([record]));
    expect(ids).toContain(first);
    expect(idOf(await crm.upsert([record]))).toBe(first);
  });

  test('the same email twice in one call inserts, then updates', async () => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.upsert([
      { Last_Name: 'One', Email: 'ann@example.com' },
      { Last_Name: 'Two', Email: 'ann@example.com' },
    ]);
    expect(itemsOf(answer).map((item) => item.action)).toEqual(['insert', 'update']);
    expect(idOf(answer, 1)).toBe(idOf(answer, 0));
  });

  test('a deleted contact is not matched any more', async () => {
    const crm = await Crm.of(await sandboxFor());
    const record = { Last_Name: 'Lee', Email: 'ann@example.com' };
    const id = idOf(await crm.upsert([record]));
    await crm.send('DELETE', `Contacts/${id}`);
    expect(itemOf(await crm.upsert([record])).action).toBe('insert');
  });
});

describe('upsert: refusals', () => {
  test.each([
    { what: 'no Last_Name', fields: {}, code: 'MANDATORY_NOT_FOUND', details: { api_name: 'Last_Name' } },
    { what: 'an empty Last_Name', fields: { Last_Name: '' }, code: 'MANDATORY_NOT_FOUND', details: {} },
    { what: 'a null Last_Name', fields: { Last_Name: null }, code: 'MANDATORY_NOT_FOUND', details: {} },
    {
      what: 'a Last_Name of 81 characters',
      fields: { Last_Name: 'x'.repeat(81) },
      code: 'INVALID_DATA',
      details: { maximum_length: 80, api_name: 'Last_Name', json_path: '$.data[0].Last_Name' },
    },
    {
      what: 'a phone of 31 characters',
      fields: { Last_Name: 'L', Phone: '1'.repeat(31) },
      code: 'INVALID_DATA',
      details: { maximum_length: 30 },
    },
    ...['-123', '.5', 'call me!', '+49 ☎'].map((Phone) => ({
      what: `the phone ${Phone}`,
      fields: { Last_Name: 'L', Phone },
      code: 'INVALID_DATA',
      details: { expected_data_type: 'phone', api_name: 'Phone' },
    })),
    ...['user@localhost', '"a b"@example.com', '.a@example.com', 'a@example.xn--p1ai1', 'ann'].map(
      (Email) => ({
        what: `the email ${Email}`,
        fields: { Last_Name: 'L', Email },
        code: 'INVALID_DATA',
        details: { expected_data_type: 'email', api_name: 'Email' },
      }),
    ),
    ...[{ Email_Opt_Out: 'true' }, { First_Name: 5 }, { Date_of_Birth: '01/02/1990' }, { Owner: 'me' }].map(
      (more) => ({
        what: JSON.stringify(more),
        fields: { Last_Name: 'L', ...more },
        code: 'INVALID_DATA',
        details: { api_name: Object.keys(more)[0] },
      }),
    ),
  ])('a record with $what is $code', async ({ fields, code, details }) => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.upsert([fields]);
    expect(answer.status).toBe(400);
    expect(itemOf(answer)).toMatchObject({ code, status: 'error', details });
  });

  test.each(['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123+00:00', '2026-01-02 03:04'])(
    'the datetime %s is refused',
    async (When) => {
      const crm = await Crm.of(await sandboxFor({ fields: [{ apiName: 'When', dataType: 'datetime' }] }));
      expect(itemOf(await crm.upsert([{ Last_Name: 'L', When }])).details['expected_data_type']).toBe(
        'datetime',
      );
      expect((await crm.upsert([{ Last_Name: 'L', When: '2026-01-02T03:04:05+00:00' }])).status).toBe(200);
    },
  );

  test.each(['91(987)654321', '+4915112345678', '030 123-45.6;12', '+1 800 CALL#', '12;34#5'])(
    'the phone %s is accepted',
    async (Phone) => {
      const crm = await Crm.of(await sandboxFor());
      expect((await crm.upsert([{ Last_Name: 'L', Phone }])).status).toBe(200);
    },
  );

  test('an upsert that updates needs Last_Name too', async () => {
    const crm = await Crm.of(await sandboxFor());
    const id = idOf(await crm.upsert([{ Last_Name: 'Lee', Email: 'ann@example.com' }]));
    expect(itemOf(await crm.upsert([{ First_Name: 'Ann', Email: 'ann@example.com' }]))).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'Last_Name', id },
    });
  });

  test('v8 lists several errors of one record, older versions name the first', async () => {
    const sandbox = await sandboxFor();
    const record = { Last_Name: 'L', Email: 'no', Phone: '!' };
    const v8 = itemOf(await (await Crm.of(sandbox)).upsert([record]));
    expect(v8).toMatchObject({
      code: 'MULTIPLE_OR_MULTI_ERRORS',
      details: { errors: [{ details: { api_name: 'Email' } }, { details: { api_name: 'Phone' } }] },
    });
    const v2 = itemOf(await (await Crm.of(sandbox, 'v2')).upsert([record]));
    expect(v2).toMatchObject({ code: 'INVALID_DATA', details: { api_name: 'Email' } });
    await sandbox.control.configure({ errorsNamed: 'first' });
    const one = itemOf(await (await Crm.of(sandbox)).upsert([record]));
    expect(one).toMatchObject({ code: 'INVALID_DATA', details: { api_name: 'Email' } });
  });

  test('a lookup without an id is missing its id', async () => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.upsert([{ Last_Name: 'L', Account_Name: { name: 'Acme' } }]);
    expect(itemOf(answer)).toMatchObject({
      code: 'MANDATORY_NOT_FOUND',
      details: { api_name: 'id', json_path: '$.data[0].Account_Name.id' },
    });
  });

  test('unknown fields are ignored, or refused if the setting says so', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const record = { Last_Name: 'L', Nowhere: 'x' };
    expect((await crm.upsert([record])).status).toBe(200);
    await sandbox.control.configure({ unknownFields: 'refuse' });
    expect(itemOf(await crm.upsert([record]))).toMatchObject({
      code: 'INVALID_DATA',
      message: 'the field api name given seems to be invalid',
    });
  });

  test('a check field that is neither Email nor unique is refused', async () => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.upsert([{ Last_Name: 'L' }], { duplicate_check_fields: ['Phone'] });
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_DATA' } });
  });
});

describe('upsert: answers', () => {
  test.each([
    { version: 'v8', status: 207 },
    { version: 'v2', status: 200 },
  ])('if some records fail, $version answers $status, in the order sent', async ({ version, status }) => {
    const crm = await Crm.of(await sandboxFor(), version);
    const answer = await crm.upsert([{ Last_Name: 'A' }, {}, { Last_Name: 'C' }]);
    expect(answer.status).toBe(status);
    expect(itemsOf(answer).map((item) => item.code)).toEqual(['SUCCESS', 'MANDATORY_NOT_FOUND', 'SUCCESS']);
  });

  test('more than 100 records are LIMIT_EXCEEDED, and none is written', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const answer = await crm.upsert(Array.from({ length: 101 }, (_, i) => ({ Last_Name: `L${i}` })));
    expect(answer).toMatchObject({ status: 400 });
    expect(itemOf(answer)).toMatchObject({ code: 'LIMIT_EXCEEDED', details: { maximum_length: 100 } });
    expect(await sandbox.control.contacts()).toEqual([]);
  });

  test.each([
    { sent: {}, ran: ['workflow', 'approval', 'blueprint'] },
    { sent: { trigger: [] }, ran: [] },
    { sent: { trigger: ['workflow'] }, ran: ['workflow'] },
  ])('$sent runs $ran', async ({ sent, ran }) => {
    const sandbox = await sandboxFor({ assignmentRules: { '123': '456' } });
    await (await Crm.of(sandbox)).upsert([{ Last_Name: 'L' }], { ...sent, lar_id: '123' });
    const [contact] = await sandbox.control.contacts();
    expect(contact).toMatchObject({
      writes: 1,
      history: [{ by: 'api', action: 'insert', trigger: ran, lar_id: '123' }],
    });
  });

  test.each([
    { body: 'text', problem: '/ must be object' },
    { body: { data: { Last_Name: 'L' } }, problem: '/data must be array' },
    { body: { data: [{ Last_Name: 'L' }], trigger: 'workflow' }, problem: '/trigger must be array' },
    { body: { data: [{ id: 5 }] }, problem: '/data/0/id must be string' },
  ])('the body $body violates the specification, is refused and recorded', async ({ body, problem }) => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const answer = await crm.send('POST', 'Contacts/upsert', body);
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_DATA' } });
    expect(await sandbox.control.violations()).toMatchObject([{ operation: 'upsert', problems: [problem] }]);
  });

  test('an unknown module, path and method each have their own code', async () => {
    const crm = await Crm.of(await sandboxFor());
    expect(await crm.send('POST', 'Nothings/upsert', { data: [] })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_MODULE' },
    });
    expect(await crm.send('GET', 'settings/nothing')).toMatchObject({
      status: 404,
      json: { code: 'INVALID_URL_PATTERN' },
    });
    expect(await crm.send('PUT', 'coql', {})).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST_METHOD' },
    });
  });

  test('Leads work as Contacts do', async () => {
    const crm = await Crm.of(await sandboxFor());
    const record = { data: [{ Last_Name: 'L', Company: 'C', Email: 'ann@example.com' }] };
    expect(itemOf(await crm.send('POST', 'Leads/upsert', record)).action).toBe('insert');
    expect(itemOf(await crm.send('POST', 'Leads/upsert', record)).action).toBe('update');
  });
});
