import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import recordedFields from '../fixtures/zoho/fields.json' with { type: 'json' };
import { Crm, itemOf, sandboxFor } from './calls.ts';

const listSchema = z.object({ fields: z.array(z.looseObject({ api_name: z.string() })) });

/** What says whether a field can be written, and how. */
const shapeOf = (field: Record<string, unknown> | undefined) => ({
  data_type: field?.['data_type'],
  json_type: field?.['json_type'],
  length: field?.['length'],
  read_only: field?.['read_only'],
  field_read_only: field?.['field_read_only'],
  operation_type: field?.['operation_type'],
  visible: field?.['visible'],
  system_mandatory: field?.['system_mandatory'],
});

describe('the field list', () => {
  const recorded = listSchema.parse(recordedFields[0]?.answer.body).fields;

  test('has every field of a lead as in the sample of Zoho', async () => {
    const crm = await Crm.of(await sandboxFor(), 'v7');
    const { json } = await crm.send('GET', 'settings/fields?module=Leads');
    const ours = listSchema.parse(json).fields;
    const both = recorded.filter(({ api_name }) => ours.some((field) => field.api_name === api_name));
    expect(both.length).toBeGreaterThan(25);
    for (const field of both) {
      const same = ours.find(({ api_name }) => api_name === field.api_name);
      expect({ of: field.api_name, ...shapeOf(same) }).toEqual({ of: field.api_name, ...shapeOf(field) });
    }
  });

  test('has every key of the sample', async () => {
    const crm = await Crm.of(await sandboxFor(), 'v7');
    const { json } = await crm.send('GET', 'settings/fields?module=Leads');
    const keys = Object.keys(recorded[0] ?? {});
    for (const field of listSchema.parse(json).fields) {
      expect(keys.filter((key) => !(key in field))).toEqual([]);
    }
  });
});

test('the org says that privacy settings are on if fields are restricted', async () => {
  const org = async (restrictedFields: string[]) =>
    (await Crm.of(await sandboxFor({ restrictedFields }))).send('GET', 'org');
  expect(await org([])).toMatchObject({ json: { org: [{ privacy_settings: false, city: null }] } });
  expect(await org(['Email'])).toMatchObject({ json: { org: [{ privacy_settings: true }] } });
});

test.each([
  ['v2', 401, 'INVALID_TOKEN'],
  ['v2.1', 400, 'INVALID_HOST'],
  ['v8', 400, 'INVALID_HOST'],
])('a token of another data center in %s is %i %s', async (version, status, code) => {
  const crm = await Crm.of(await sandboxFor({ otherDataCenter: true }), version);
  expect(await crm.send('GET', 'org')).toMatchObject({ status, json: { code, status: 'error' } });
});

test.each([
  ['accepted', 'SUCCESS'],
  ['refused', 'INVALID_DATA'],
] as const)('a new value of a picklist is %s', async (newPicklistValues, code) => {
  const fields = [{ apiName: 'Likes', dataType: 'multiselectpicklist', pickList: ['a', 'b'] }];
  const crm = await Crm.of(await sandboxFor({ newPicklistValues, fields }));
  const sent = async (more: object) => itemOf(await crm.upsert([{ Last_Name: 'L', ...more }])).code;
  expect(await sent({ Lead_Source: 'Web Download', Likes: ['b'] })).toBe('SUCCESS');
  expect(await sent({ Lead_Source: 'Nowhere' })).toBe(code);
  expect(await sent({ Likes: ['b', 'c'] })).toBe(code);
});
