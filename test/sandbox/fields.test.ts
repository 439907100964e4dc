import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Answer } from './calls.ts';
import { Crm, sandboxFor } from './calls.ts';

const fieldsSchema = z.object({
  fields: z.array(
    z.looseObject({
      id: z.string(),
      api_name: z.string(),
      length: z.number(),
      unique: z.record(z.string(), z.unknown()),
    }),
  ),
});

function fieldIn(
  { json }: Answer,
  apiName: string,
): z.infer<typeof fieldsSchema>['fields'][number] | undefined {
  return fieldsSchema.parse(json).fields.find((field) => field.api_name === apiName);
}

const oryId = {
  field_label: 'Ory Identity ID',
  data_type: 'text',
  length: 64,
  unique: { case_sensitive: false },
};

describe('the field list', () => {
  test.each([
    { apiName: 'Last_Name', data_type: 'text', length: 80, system_mandatory: true, read_only: false },
    { apiName: 'First_Name', data_type: 'text', length: 40, system_mandatory: false, read_only: false },
    { apiName: 'Email', data_type: 'email', length: 100, system_mandatory: false, read_only: false },
    { apiName: 'Phone', data_type: 'phone', length: 30, system_mandatory: false, read_only: false },
    { apiName: 'Full_Name', data_type: 'text', length: 120, system_mandatory: false, read_only: false },
    { apiName: 'Email_Opt_Out', data_type: 'boolean', length: 5, system_mandatory: false, read_only: false },
  ])('$apiName is as Zoho describes it', async ({ apiName, ...meta }) => {
    const crm = await Crm.of(await sandboxFor());
    const field = fieldIn(await crm.send('GET', 'settings/fields?module=Contacts'), apiName);
    expect(field).toMatchObject({ ...meta, unique: {}, custom_field: false, visible: true });
  });

  test('needs a module that exists', async () => {
    const crm = await Crm.of(await sandboxFor());
    expect(await crm.send('GET', 'settings/fields')).toMatchObject({
      status: 400,
      json: { code: 'REQUIRED_PARAM_MISSING' },
    });
    expect(await crm.send('GET', 'settings/fields?module=X')).toMatchObject({
      status: 400,
      json: { code: 'INVALID_MODULE' },
    });
  });
});

describe('creating a field', () => {
  test('returns only the id; the API name comes from the label; upserts match by the field at once', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const created = await crm.send('POST', 'settings/fields?module=Contacts', { fields: [oryId] });
    expect(created).toMatchObject({
      status: 201,
      json: { fields: [{ code: 'SUCCESS', message: 'field created' }] },
    });
    const field = fieldIn(await crm.send('GET', 'settings/fields?module=Contacts'), 'Ory_Identity_ID');
    expect(created.text).toContain(`"details":{"id":"${field?.id}"}`);
    expect(field).toMatchObject({ length: 64, custom_field: true, unique: { case_sensitive: false } });
    const record = { Last_Name: 'L', Ory_Identity_ID: 'oid-1' };
    await crm.upsert([record]);
    const second = await crm.upsert([record], { duplicate_check_fields: ['Ory_Identity_ID'] });
    expect(second.text).toContain('"duplicate_field":"Ory_Identity_ID"');
    expect((await sandbox.control.counters()).credits_used).toBe(10 + 1 + 1 + 1);
  });

  test('older versions spell the key inside `unique` differently and cannot create fields', async () => {
    const sandbox = await sandboxFor({ fields: [{ apiName: 'U', unique: { caseSensitive: false } }] });
    const crm = await Crm.of(sandbox, 'v2');
    expect(fieldIn(await crm.send('GET', 'settings/fields?module=Contacts'), 'U')?.unique).toEqual({
      casesensitive: false,
    });
    expect((await crm.send('POST', 'settings/fields?module=Contacts', { fields: [oryId] })).status).toBe(400);
  });

  test.each([
    { field: { ...oryId, field_label: 'A label of 26 characters..' }, code: 'INVALID_DATA' },
    { field: { ...oryId, field_label: 'last name' }, code: 'DUPLICATE_DATA' },
    { field: { ...oryId, length: 256 }, code: 'INVALID_DATA' },
    { field: { ...oryId, data_type: 'nothing' }, code: 'INVALID_DATA' },
    { field: { data_type: 'text' }, code: 'MANDATORY_NOT_FOUND' },
  ])('$field is $code', async ({ field, code }) => {
    const crm = await Crm.of(await sandboxFor());
    const answer = await crm.send('POST', 'settings/fields?module=Contacts', { fields: [field] });
    expect(answer).toMatchObject({ status: 400, json: { fields: [{ code }] } });
  });

  test('a module has at most two unique fields', async () => {
    const unique = { caseSensitive: false };
    const crm = await Crm.of(
      await sandboxFor({
        fields: [
          { apiName: 'A', unique },
          { apiName: 'B', unique },
        ],
      }),
    );
    const answer = await crm.send('POST', 'settings/fields?module=Contacts', { fields: [oryId] });
    expect(answer).toMatchObject({ status: 400, json: { fields: [{ code: 'LIMIT_EXCEEDED' }] } });
  });
});

describe('org and users', () => {
  test('the org has its edition, and the user their name', async () => {
    const crm = await Crm.of(await sandboxFor({ edition: 'standard' }));
    expect(await crm.send('GET', 'org')).toMatchObject({
      json: {
        org: [{ type: 'production', license_details: { paid_type: 'standard' }, zgid: expect.any(String) }],
      },
    });
    expect(await crm.send('GET', 'users?type=CurrentUser')).toMatchObject({
      json: { users: [{ status: 'active' }] },
    });
  });
});
