import { expect, it } from 'vitest';
import { recording } from '../../../test/fixtures/zoho/recorded.ts';
import { parseFields } from './read-fields.ts';

const field = (change: object) => ({
  api_name: 'Code',
  data_type: 'text',
  length: 64,
  visible: true,
  unique: {},
  ...change,
});
const read = (change: object) => parseFields({ fields: [field(change)] }).get('Code');

it('reads name, type and length', () => {
  expect(read({})).toEqual({
    apiName: 'Code',
    dataType: 'text',
    length: 64,
    unique: false,
    mandatory: false,
    writable: true,
  });
});

it.each([
  [{ system_mandatory: true }, { mandatory: true }],
  [{ unique: { case_sensitive: false } }, { unique: true }],
  [{ unique: { casesensitive: 'false' } }, { unique: true }],
  [{ unique: null }, { unique: false }],
  [{ external: { type: 'org', show: true } }, { unique: true }],
  [{ external: null }, { unique: false }],
  [{ read_only: true }, { writable: false }],
  [{ field_read_only: true }, { writable: false }],
  [{ field_read_only: true, data_type: 'ownerlookup' }, { writable: true }],
  [{ field_read_only: true, operation_type: { api_create: true, api_update: true } }, { writable: true }],
  [{ read_only: true, operation_type: { api_create: true, api_update: true } }, { writable: false }],
  [{ visible: false }, { writable: false }],
  [{ operation_type: { api_create: true, api_update: false } }, { writable: false }],
  [{ operation_type: { api_create: false, api_update: true } }, { writable: false }],
  [{ operation_type: { web_create: false } }, { writable: true }],
])('reads %j as %j', (change, expected) => {
  expect(read(change)).toMatchObject(expected);
});

it('skips entries that are not fields', () => {
  expect(parseFields({ fields: [null, { api_name: 'x' }, field({ length: null })] }).size).toBe(1);
  expect(parseFields('<html>').size).toBe(0);
});

it('reads the list of a real org: Owner can be written, what Zoho computes cannot', () => {
  const fields = parseFields(recording('fields', 'fields of Leads, v7 sample').answer.body);
  expect(fields.size).toBe(87);
  const writable = [...fields.values()].filter((one) => one.writable).map(({ apiName }) => apiName);
  expect(writable).toEqual(expect.arrayContaining(['Owner', 'Email', 'Last_Name', 'Layout']));
  const computed = ['id', 'Converted_Contact', 'Formula_Decimal', 'Last_Note_Added', 'Locked__s'];
  expect(writable.filter((name) => computed.includes(name))).toEqual([]);
});
