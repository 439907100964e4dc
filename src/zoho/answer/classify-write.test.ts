import { describe, expect, it } from 'vitest';
import type { RecordError } from '../../model/zoho-answer.ts';
import { classifyItem, classifyWrite } from './classify-write.ts';
import { classifyRead } from './classify-call.ts';

const headers = {};
const contact = (id?: string) => (id === undefined ? { Last_Name: 'Doe' } : { id, Last_Name: 'Doe' });
const upsertOf = (count: number) => ({
  operation: 'upsert' as const,
  records: Array.from({ length: count }, () => contact()),
});
const upserted = upsertOf(1);
const error = (code: string, details: object = {}, message = 'm') => ({
  code,
  details,
  message,
  status: 'error',
});
const inserted = (id = '1') => ({
  code: 'SUCCESS',
  action: 'insert',
  duplicate_field: null,
  details: { id },
  status: 'success',
});

const at = (field: string) => ({ api_name: field, json_path: `$.data[0].${field}` });
const done = (item: object) => ({
  code: 'SUCCESS',
  details: { id: '7328395000000683005' },
  status: 'success',
  ...item,
});

describe('an error of one record', () => {
  const kinds: readonly [string, object, RecordError['kind'], readonly string[]][] = [
    ['INVALID_DATA', { ...at('Phone'), expected_data_type: 'phone' }, 'field', ['Phone']],
    ['INVALID_DATA', { ...at('Phone'), maximum_length: 30 }, 'field', ['Phone']],
    ['INVALID_DATA', { api_name: 'Phone', expected_data_type: 'phone' }, 'field', ['Phone']],
    ['INVALID_DATA', { api_name: 'id', json_path: '$.data[0].Account_Name.id' }, 'field', ['Account_Name']],
    ['INVALID_DATA', { id: '7' }, 'gone', []],
    ['INVALID_DATA', at('id'), 'gone', []],
    ['INVALID_DATA', { api_name: 'id' }, 'gone', []],
    ['INVALID_DATA', { api_name: 'name', json_path: '$.apply_feature_execution[0].name' }, 'refused', []],
    ['INVALID_DATA', {}, 'refused', []],
    ['MANDATORY_NOT_FOUND', at('Last_Name'), 'mandatory', ['Last_Name']],
    ['MANDATORY_NOT_FOUND', { ...at('Phone'), layout_rule: { id: '1' }, id: '2' }, 'mandatory', ['Phone']],
    ['EXPECTED_FIELD_MISSING', { expected_fields: [at('Company')] }, 'mandatory', ['Company']],
    ['DEPENDENT_FIELD_MISSING', { ...at('State'), dependee: at('Country') }, 'field', ['State']],
    ['DEPENDENT_MISMATCH', { ...at('State'), dependee: at('Country') }, 'field', ['State']],
    ['PATTERN_NOT_MATCHED', at('Phone'), 'field', ['Phone']],
    ['DATA_MISMATCH', at('Phone'), 'field', ['Phone']],
    ['MAPPING_MISMATCH', at('State'), 'field', ['State']],
    ['LIMIT_EXCEEDED', at('Tag'), 'field', ['Tag']],
    ['LIMIT_EXCEEDED', { api_name: 'data', maximum_length: 100 }, 'refused', []],
    ['NOT_ALLOWED', at('Owner'), 'field', ['Owner']],
    ['NOT_SUPPORTED', at('Photo'), 'field', ['Photo']],
    ['ALREADY_USED', at('Code'), 'field', ['Code']],
    ['NOT_ALLOWED', {}, 'refused', []],
    ['DUPLICATE_DATA', at('Code'), 'duplicate', []],
    ['DUPLICATE_DATA', {}, 'refused', []],
    ['NO_RECORDS_FOUND', {}, 'gone', []],
    ['CONVERTED_RECORD', {}, 'converted', []],
    ['ID_ALREADY_CONVERTED', {}, 'converted', []],
    ['RECORD_LOCKED', { ...at('id'), action: 'record_locking' }, 'later', []],
    ['NOT_APPROVED', { resource_path_index: 1 }, 'later', []],
    ['NOT_REVIEWED', {}, 'later', []],
    ['RECORD_IN_BLUEPRINT', {}, 'later', []],
    ['DEPENDENT_SERVICE_ERROR', { dependency_error: 'NO_PERMISSION' }, 'later', []],
    ['ALREADY_MODIFIED', { id: '1', Modified_Time: '2026-05-14T12:51:02+03:00' }, 'later', []],
    ['INTERNAL_ERROR', {}, 'later', []],
    ['TOO_MANY_REQUESTS', {}, 'later', []],
    ['RATE_LIMIT_EXCEEDED', {}, 'later', []],
    ['INVALID_TOKEN', {}, 'later', []],
    ['AUTHENTICATION_FAILURE', {}, 'later', []],
    ['INVALID_OAUTHTOKEN', {}, 'later', []],
    ['UNAUTHORIZED', {}, 'later', []],
    ...[
      'AUTHORIZATION_FAILED',
      'NO_PERMISSION',
      'OAUTH_SCOPE_MISMATCH',
      'INVALID_MODULE',
      'INVALID_URL_PATTERN',
      'INVALID_REQUEST_METHOD',
      'DUPLICATE_LINKING_DATA',
      'LIMIT_REACHED',
      'CANNOT_PERFORM_ACTION',
      'CANNOT_PROCESS',
      'STORAGE_SPACE_EXCEEDED',
      'FEATURE_NOT_SUPPORTED',
      'TERRITORY_NOT_ENABLED',
      'A_CODE_OF_NEXT_YEAR',
    ].map((code): [string, object, 'refused', []] => [code, {}, 'refused', []]),
  ];

  it.each(kinds)('%s %j is %s of %j', (code, details, kind, fields) => {
    const item = error(code, details);
    const expected: object = { kind, code, message: 'm', fields, raw: JSON.stringify(item) };
    expect(classifyItem(item, upserted, 0)).toMatchObject({ kind: 'error', error: expected });
  });

  it('names the other record of a duplicate, and its module if Zoho names it', () => {
    const old = error('DUPLICATE_DATA', { api_name: 'Code', id: '8' });
    expect(classifyItem(old, upserted, 0)).toMatchObject({
      error: { duplicates: [{ field: 'Code', contactId: '8' }] },
    });
    const duplicate_record = {
      id: '9',
      Owner: { name: 'O', id: '1' },
      module: { api_name: 'Leads', id: '2' },
    };
    expect(
      classifyItem(error('DUPLICATE_DATA', { ...at('Email'), id: '9', duplicate_record }), upserted, 0),
    ).toMatchObject({
      error: { duplicates: [{ field: 'Email', contactId: '9', module: 'Leads' }] },
    });
  });

  it('names the record that an upsert matched and did not update', () => {
    const item = error('MANDATORY_NOT_FOUND', { ...at('Last_Name'), id: '7' });
    expect(classifyItem(item, upserted, 0)).toMatchObject({ error: { matchedId: '7' } });
    const onInsert = classifyItem(error('MANDATORY_NOT_FOUND', at('Last_Name')), upserted, 0);
    expect(onInsert?.kind === 'error' && 'matchedId' in onInsert.error).toBe(false);
  });

  const company = { Account_Name: { name: 'Acme' }, Phone: null, Title: 'Dr' };
  const inCompany = { api_name: 'id', json_path: '$.data[0].Account_Name.id' };
  it.each<[string, object, RecordError['kind'], readonly string[]]>([
    ['a part of an object that was sent', inCompany, 'field', ['Account_Name']],
    ['the same, when Zoho names only the field', { api_name: 'Account_Name' }, 'field', ['Account_Name']],
    ['the value of a field that was to be cleared', at('Phone'), 'field', ['Phone']],
    ['a field that was not sent', at('Fax'), 'mandatory', ['Fax']],
    ['a field with a value', at('Title'), 'mandatory', ['Title']],
  ])('MANDATORY_NOT_FOUND of %s', (_, details, kind, fields) => {
    const sent = { operation: 'upsert', records: [company] } as const;
    const expected: object = { kind, fields };
    expect(classifyItem(error('MANDATORY_NOT_FOUND', details), sent, 0)).toMatchObject({ error: expected });
  });

  it('EXPECTED_FIELD_MISSING inside an object that was sent is about that object', () => {
    const sent = { operation: 'upsert', records: [company] } as const;
    const inside = error('EXPECTED_FIELD_MISSING', { expected_fields: [inCompany] });
    expect(classifyItem(inside, sent, 0)).toMatchObject({
      error: { kind: 'field', fields: ['Account_Name'] },
    });
    const beside = error('EXPECTED_FIELD_MISSING', { expected_fields: [inCompany, at('Fax')] });
    expect(classifyItem(beside, sent, 0)).toMatchObject({ error: { kind: 'mandatory' } });
  });

  it('distinguishes a converted lead from a missing one', () => {
    const item = error('INVALID_DATA', { id: '7' }, "can't update the converted record");
    expect(classifyItem(item, upserted, 0)).toMatchObject({
      error: { kind: 'converted', code: 'CONVERTED_RECORD' },
    });
  });

  const unknown = 'the field api name given seems to be invalid';
  const tooLong = { maximum_length: 20 };
  it.each([
    ['a value that is too long', 'x', tooLong, 'invalid data', true],
    [
      'a value that is too long, with the length as text',
      'x',
      { maximum_length: '20' },
      'invalid data',
      true,
    ],
    ['a field Zoho does not know', 'x', {}, unknown, true],
    ['text for a number', '7', { expected_data_type: 'integer' }, 'invalid data', true],
    ['text for a flag', 'true', { expected_data_type: 'boolean' }, 'invalid data', true],
    ['text for a list', 'a', { expected_data_type: 'jsonarray' }, 'invalid data', true],
    ['a number for text', 7, { expected_data_type: 'text' }, 'invalid data', true],
    ['text for a date', 'soon', { expected_data_type: 'date' }, 'invalid data', true],
    ['an invalid phone number', 'x', { expected_data_type: 'phone' }, 'invalid data', false],
    ['an invalid email', 'x', { expected_data_type: 'email' }, 'invalid data', false],
    ['an invalid date', '2026-02-31', { expected_data_type: 'date' }, 'invalid data', false],
    [
      'an invalid time',
      '2026-02-31T25:00:00+00:00',
      { expected_data_type: 'datetime' },
      'invalid data',
      false,
    ],
    ['a number that is too big', 7, { expected_data_type: 'integer' }, 'invalid data', false],
    ['a value that Zoho refuses', 'x', {}, 'The field value given for Company is invalid', false],
  ])('an outdated field list is recognized: %s', (_case, value, details, message, stale) => {
    const sent = { operation: 'update', records: [{ id: '1', Company: value }] } as const;
    const item = error('INVALID_DATA', { ...details, ...at('Company') }, message);
    expect(classifyItem(item, sent, 0)).toMatchObject({ error: { kind: 'field', stale } });
    const several = error('MULTIPLE_OR_MULTI_ERRORS', {
      errors: [error('DUPLICATE_DATA', at('Code')), item],
    });
    expect(classifyItem(several, sent, 0)).toMatchObject({ error: { kind: 'duplicate', stale } });
  });

  it.each([
    ['delete', 'INVALID_DATA', {}, 'gone'],
    ['delete', 'INVALID_DATA', { id: '7' }, 'gone'],
    ['delete', 'CANNOT_DELETE', { id: '7' }, 'refused'],
    ['tag', 'INVALID_DATA', { id: '7' }, 'gone'],
    ['tag', 'INVALID_DATA', { api_name: 'ids', json_path: '$.ids[0]' }, 'gone'],
    ['tag', 'INVALID_DATA', { api_name: 'name', json_path: '$.tags[0].name', maximum_length: 25 }, 'refused'],
    ['tag', 'LIMIT_EXCEEDED', { id: '7' }, 'refused'],
  ] as const)('in the answer to a %s, %s %j is %s', (operation, code, details, kind) => {
    const sent = { operation, records: [{ id: '7' }] };
    expect(classifyItem(error(code, details), sent, 0)).toMatchObject({ error: { kind, stale: false } });
  });

  it.each([
    [
      'two fields',
      [error('INVALID_DATA', at('Phone')), error('INVALID_DATA', at('Fax'))],
      'field',
      ['Phone', 'Fax'],
      0,
    ],
    [
      'a duplicate before a field',
      [error('INVALID_DATA', at('Fax')), error('DUPLICATE_DATA', at('Code'))],
      'duplicate',
      [],
      1,
    ],
    [
      'two duplicates',
      [error('DUPLICATE_DATA', at('Email')), error('DUPLICATE_DATA', at('Code'))],
      'duplicate',
      [],
      2,
    ],
    [
      'a mandatory field before a duplicate',
      [error('DUPLICATE_DATA', at('Code')), error('MANDATORY_NOT_FOUND', at('Last_Name'))],
      'mandatory',
      ['Last_Name'],
      0,
    ],
    [
      'a converted lead before all fields',
      [error('INVALID_DATA', at('Fax')), error('CONVERTED_RECORD')],
      'converted',
      [],
      0,
    ],
    ['a refusal before a lock', [error('RECORD_LOCKED'), error('CANNOT_PROCESS')], 'refused', [], 0],
    [
      'several errors inside one of them',
      [error('MULTIPLE_OR_MULTI_ERRORS', { errors: [error('INVALID_DATA', at('Fax'))] })],
      'field',
      ['Fax'],
      0,
    ],
    ['none', [], 'refused', [], 0],
  ])('decides between several errors: %s', (_case, errors, kind, fields, duplicates) => {
    const answer = classifyItem(error('MULTIPLE_OR_MULTI_ERRORS', { errors }), upserted, 0);
    expect(answer).toMatchObject({ kind: 'error', error: { kind, fields } });
    expect(answer?.kind === 'error' && answer.error.duplicates.length).toBe(duplicates);
    expect(answer?.kind === 'error' && answer.error.raw).toContain('MULTIPLE_OR_MULTI_ERRORS');
  });
});

describe('a record that was written', () => {
  it.each([
    ['upsert', { action: 'insert', duplicate_field: null }, 'insert', null],
    ['upsert', { action: 'insert', duplicate_field: 'Email' }, 'insert', null],
    ['upsert', { action: 'update', duplicate_field: 'Email' }, 'update', 'Email'],
    ['upsert', { action: 'update' }, 'update', null],
    ['upsert', { duplicate_field: 'Email' }, 'update', 'Email'],
    ['upsert', {}, 'insert', null],
    ['update', {}, 'update', null],
    ['insert', {}, 'insert', null],
  ] as const)('by %s with %j counts as %s', (operation, item, action, duplicateField) => {
    const expected = { kind: 'done', action, contactId: '7328395000000683005', duplicateField };
    expect(classifyItem(done(item), { operation, records: [contact()] }, 0)).toEqual(expected);
  });

  it.each([
    ['without an id', { details: {} }],
    ['with an id that JSON has rounded', { details: JSON.parse('{"id":7328395000000683005}') }],
  ])('%s cannot be read, so the whole call is in doubt', (_case, item) => {
    expect(classifyItem(done(item), upserted, 0)).toBeUndefined();
    const answer = { status: 200, headers, body: { data: [inserted(), done(item)] } };
    expect(classifyWrite(answer, upsertOf(2))).toMatchObject({ kind: 'in_doubt', pause: 'zoho_unavailable' });
  });
});

describe('the answer to a write', () => {
  const mixed = [inserted('1'), error('INVALID_DATA', { api_name: 'Phone', json_path: '$.data[1].Phone' })];

  it.each([200, 201, 202, 207, 400, 412])('is read record by record with HTTP %i', (status) => {
    const answer = classifyWrite({ status, headers, body: { data: mixed } }, upsertOf(2));
    expect(answer).toMatchObject({ kind: 'answered', items: [{ kind: 'done' }, { kind: 'error' }] });
  });

  it.each([
    ['one too few', [inserted('1')], 2],
    ['one too many', [inserted('1'), inserted('2')], 1],
    ['in another order', [mixed[1], mixed[0]], 2],
    [
      'in another order inside several errors',
      [
        inserted('1'),
        error('MULTIPLE_OR_MULTI_ERRORS', {
          errors: [error('INVALID_DATA', { json_path: '$.data[0].Phone' })],
        }),
      ],
      2,
    ],
  ])('with %s leaves the outcome open', (_case, data, count) => {
    expect(classifyWrite({ status: 200, headers, body: { data } }, upsertOf(count)).kind).toBe(
      'wrong_length',
    );
  });

  it('of an update leaves the outcome open if it names a record that was not sent', () => {
    const sent = { operation: 'update' as const, records: [contact('1'), contact('2')] };
    const answer = (...data: object[]) => classifyWrite({ status: 200, headers, body: { data } }, sent).kind;
    expect(answer(inserted('2'), inserted('1'))).toBe('wrong_length');
    expect(answer(inserted('1'), inserted('2'))).toBe('answered');
  });

  it.each(['AUTHORIZATION_FAILED', 'NO_PERMISSION'])(
    '%s of one record among others is its own; if all records have it, the call may be to blame',
    (code) => {
      const body = (count: number) => ({ data: Array.from({ length: count }, () => error(code)) });
      expect(classifyWrite({ status: 400, headers, body: body(1) }, upsertOf(1))).toMatchObject({
        kind: 'refused',
        pausesAs: 'no_permission',
        error: { kind: 'refused', code },
      });
      expect(
        classifyWrite({ status: 207, headers, body: { data: [error(code), inserted()] } }, upsertOf(2)),
      ).toMatchObject({ kind: 'answered' });
      const ofCall = { kind: 'not_done', pause: 'no_permission' };
      expect(classifyWrite({ status: 400, headers, body: body(2) }, upsertOf(2))).toMatchObject(ofCall);
      expect(classifyWrite({ status: 400, headers, body: body(1) }, upsertOf(2))).toMatchObject(ofCall);
    },
  );

  it.each([
    ['INVALID_MODULE', {}, { kind: 'not_done', pause: 'invalid_module' }],
    [
      'NO_PERMISSION',
      { permissions: ['Crm_Implied_Edit_Contacts'] },
      { kind: 'not_done', pause: 'no_permission' },
    ],
    ['INVALID_TOKEN', {}, { kind: 'token_rejected' }],
    ['TOO_MANY_REQUESTS', {}, { kind: 'not_done', pause: 'rate_limit' }],
  ])('%s says nothing about the record, even if only one was sent', (code, details, expected) => {
    const answer = { status: 400, headers, body: { data: [error(code, details)] } };
    expect(classifyWrite(answer, upsertOf(1))).toMatchObject(expected);
  });

  it('an error without data[] counts for the record if only one was sent, and otherwise for the batch', () => {
    const answer = { status: 400, headers, body: error('NOT_APPROVED') };
    expect(classifyWrite(answer, upsertOf(1))).toMatchObject({
      kind: 'answered',
      items: [{ error: { kind: 'later' } }],
    });
    expect(classifyWrite(answer, upsertOf(2))).toMatchObject({
      kind: 'refused',
      code: 'NOT_APPROVED',
      status: 400,
    });
  });
});

describe('the answer to a whole call', () => {
  const text429 = 'Many requests fired than the allowed limit for the past 24 hours.';
  const old429 = { code: 429, error: 'TOO_MANY_REQUESTS', error_info: text429, details: [] };
  const rows: readonly [number, unknown, object][] = [
    [401, error('INVALID_TOKEN'), { kind: 'token_rejected' }],
    [401, error('INVALID_OAUTHTOKEN'), { kind: 'token_rejected' }],
    [401, error('AUTHENTICATION_FAILURE'), { kind: 'token_rejected' }],
    [401, error('UNAUTHORIZED'), { kind: 'token_rejected' }],
    [401, undefined, { kind: 'token_rejected' }],
    [401, error('OAUTH_SCOPE_MISMATCH'), { kind: 'not_done', pause: 'scope' }],
    [
      403,
      error('NO_PERMISSION', { permissions: ['Crm_Implied_Api_Access'] }),
      { kind: 'not_done', pause: 'no_permission' },
    ],
    [400, error('AUTHORIZATION_FAILED'), { kind: 'not_done', pause: 'no_permission' }],
    [400, error('INVALID_MODULE', { resource_path_index: 0 }), { kind: 'not_done', pause: 'invalid_module' }],
    [404, error('INVALID_URL_PATTERN'), { kind: 'not_done', pause: 'invalid_url' }],
    [400, error('INVALID_REQUEST_METHOD'), { kind: 'refused', code: 'INVALID_REQUEST_METHOD', status: 400 }],
    [400, error('INVALID_DATA'), { kind: 'refused', code: 'INVALID_DATA' }],
    [
      400,
      error('A_CODE_OF_NEXT_YEAR'),
      { kind: 'refused', message: expect.stringContaining('"A_CODE_OF_NEXT_YEAR"') },
    ],
    [405, error('INVALID_REQUEST_METHOD'), { kind: 'refused' }],
    [413, undefined, { kind: 'refused', code: 'HTTP_413' }],
    [400, undefined, { kind: 'refused', code: 'HTTP_400' }],
    [403, undefined, { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [404, undefined, { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [415, error('UNSUPPORTED_MEDIA_TYPE'), { kind: 'refused' }],
    [
      429,
      error('TOO_MANY_REQUESTS', {}, 'Too many requests at once'),
      { kind: 'not_done', pause: 'rate_limit' },
    ],
    [429, error('TOO_MANY_REQUESTS', {}, text429), { kind: 'not_done', pause: 'credits' }],
    [429, old429, { kind: 'not_done', pause: 'credits' }],
    [429, error('RATE_LIMIT_EXCEEDED'), { kind: 'not_done', pause: 'rate_limit' }],
    [
      429,
      error('TOO_MANY_REQUESTS', { retry_after: 60 }),
      { kind: 'not_done', pause: 'rate_limit', waitMs: 60_000 },
    ],
    [429, undefined, { kind: 'not_done', pause: 'rate_limit' }],
    [500, error('INTERNAL_ERROR'), { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [400, error('INTERNAL_ERROR'), { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [502, undefined, { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [503, { data: [inserted('1'), inserted('2')] }, { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [200, undefined, { kind: 'in_doubt', pause: 'zoho_unavailable' }],
    [200, {}, { kind: 'in_doubt' }],
    [200, { data: [] }, { kind: 'in_doubt' }],
    [204, undefined, { kind: 'in_doubt' }],
    [302, undefined, { kind: 'in_doubt' }],
    [200, error('INVALID_MODULE'), { kind: 'not_done', pause: 'invalid_module' }],
  ];

  it.each(rows)('HTTP %i with %j is %j', (status, body, expected) => {
    expect(classifyWrite({ status, headers, body }, upsertOf(2))).toMatchObject(expected);
  });

  it.each(rows.filter(([status, body]) => [401, 403, 404, 500].includes(status) && body !== undefined))(
    'HTTP %i wrapped as data[] of %j is %j too',
    (status, body, expected) => {
      expect(classifyWrite({ status, headers, body: { data: [body] } }, upsertOf(2))).toMatchObject(expected);
      expect(classifyWrite({ status, headers, body: { data: [body] } }, upsertOf(1))).toMatchObject(expected);
    },
  );

  it('reads Retry-After if there is one', () => {
    const answer = { status: 503, headers: { 'retry-after': '7' }, body: undefined };
    expect(classifyWrite(answer, upsertOf(2))).toMatchObject({ kind: 'in_doubt', waitMs: 7_000 });
  });
});

describe('the answer to a read', () => {
  it('has the records found, and 204 means none', () => {
    expect(classifyRead({ status: 200, headers, body: { data: [{ id: '1' }] } }, 'data')).toBeUndefined();
    expect(classifyRead({ status: 204, headers, body: undefined }, 'data')).toBeUndefined();
  });

  it.each([
    [400, error('SYNTAX_ERROR'), { kind: 'refused', code: 'SYNTAX_ERROR' }],
    [400, error('INVALID_QUERY', { column_name: 'Nope' }), { kind: 'refused', code: 'INVALID_QUERY' }],
    [400, error('LIMIT_EXCEEDED'), { kind: 'refused', code: 'LIMIT_EXCEEDED' }],
    [400, { data: [error('INVALID_QUERY')] }, { kind: 'refused', code: 'INVALID_QUERY' }],
    [401, error('OAUTH_SCOPE_MISMATCH'), { kind: 'not_done', pause: 'scope' }],
    [200, {}, { kind: 'in_doubt' }],
  ])('HTTP %i with %j is %j', (status, body, expected) => {
    expect(classifyRead({ status, headers, body }, 'data')).toMatchObject(expected);
  });
});

describe('a refusal that names no record', () => {
  const storage = error('STORAGE_SPACE_EXCEEDED', {}, 'storage is full');
  const noObject = error('INVALID_DATA', { expected_data_type: 'jsonobject' }, 'body');
  const noModule = error('INVALID_DATA', {}, 'the given module is not supported for this api');

  it.each<[string, number, unknown, number, object]>([
    ['one record in data[]', 400, { data: [storage] }, 1, { pausesAs: 'request_refused' }],
    ['all records in data[]', 400, { data: [storage, storage] }, 2, { pausesAs: 'request_refused' }],
    ['one record without data[]', 400, storage, 1, { pausesAs: 'request_refused' }],
    ['a body that Zoho does not read', 400, noObject, 1, { pausesAs: 'request_refused' }],
    ['a module without the API', 400, noModule, 1, { pausesAs: 'invalid_module' }],
    ['a module without the API, and several records', 400, noModule, 5, { pausesAs: 'invalid_module' }],
    ['one item for several records', 400, { data: [storage] }, 3, { code: 'STORAGE_SPACE_EXCEEDED' }],
    ['one item for several records, HTTP 200', 200, { data: [storage] }, 3, { code: storage.code }],
    ['two codes', 400, { data: [storage, error('CANNOT_PROCESS')] }, 2, { code: storage.code }],
  ])('%s is a refusal of the call', (_of, status, body, count, expected) => {
    const answer = classifyWrite({ status, headers, body }, upsertOf(count));
    expect(answer).toMatchObject({ kind: 'refused', ...expected });
  });

  it.each<[string, object, string]>([
    [
      'is about their number',
      error('LIMIT_EXCEEDED', { api_name: 'data', maximum_length: 100 }),
      'wrong_length',
    ],
    ['names one of them', error('NOT_ALLOWED', { json_path: '$.data[1].Owner' }), 'wrong_length'],
    ['came with a success', inserted(), 'wrong_length'],
    ['may be over later', error('INTERNAL_ERROR'), 'in_doubt'],
  ])('is something else if the one item for several records %s', (_why, item, kind) => {
    expect(classifyWrite({ status: 200, headers, body: { data: [item] } }, upsertOf(3))).toMatchObject({
      kind,
    });
  });

  it.each<[string, readonly object[]]>([
    ['another record was written', [error('CANNOT_PROCESS'), inserted()]],
    ['it names a field', [error('NOT_ALLOWED', at('Owner'))]],
  ])('is an answer to the record if %s', (_why, data) => {
    const sent = upsertOf(data.length);
    const answer = classifyWrite({ status: 207, headers, body: { data } }, sent);
    expect(answer).toMatchObject({ kind: 'answered' });
    expect(answer).not.toHaveProperty('refused');
  });

  it.each<[string, readonly object[], number[]]>([
    ['errors of their own', [error('RECORD_LOCKED'), storage, storage], [1, 2]],
    ['refused values', [storage, error('INVALID_DATA', { json_path: '$.data[1].Phone' })], [0]],
    ['success, until the storage was full', [inserted(), storage], [1]],
  ])('is part of an answer if other records have %s', (_what, data, places) => {
    const answer = classifyWrite({ status: 207, headers, body: { data } }, upsertOf(data.length));
    expect(answer).toMatchObject({
      kind: 'answered',
      refused: { places: new Set(places), failure: { code: storage.code, pausesAs: 'request_refused' } },
    });
  });

  it.each(['tag', 'delete'] as const)('is an answer to the record if it was a %s', (operation) => {
    const sent = { operation, records: [contact('1')] };
    expect(classifyWrite({ status: 400, headers, body: { data: [storage] } }, sent)).toMatchObject({
      kind: 'answered',
    });
  });
});
