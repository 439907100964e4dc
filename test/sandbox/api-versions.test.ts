import { describe, expect, test } from 'vitest';
import { API_VERSIONS } from '../../src/sandbox/zoho/api-version.ts';
import { Crm, idOf, itemOf, sandboxFor } from './calls.ts';

const LEE = { Last_Name: 'Lee', Email: 'ann@example.com' };

describe('the versions of the Zoho CRM API', () => {
  test('v2 to v8 are served, v2.1 among them, and no others', async () => {
    const sandbox = await sandboxFor();
    expect(API_VERSIONS).toEqual(['v2', 'v2.1', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8']);
    for (const version of API_VERSIONS) {
      const answer = await (await Crm.of(sandbox, version)).send('GET', 'org');
      expect(answer.status).toBe(200);
      await sandbox.control.advanceClock(120_000);
    }
    for (const version of ['v1', 'v9', 'v2.2', 'v8.']) {
      const answer = await (await Crm.of(sandbox, version)).send('GET', 'org');
      expect(answer).toMatchObject({ status: 404, json: { code: 'INVALID_URL_PATTERN' } });
      await sandbox.control.advanceClock(120_000);
    }
  });

  test.each([
    ['v2', { path: false, inserted: false, updated: false, mixed: 200 }],
    ['v2.1', { path: false, inserted: false, updated: false, mixed: 200 }],
    ['v5', { path: false, inserted: false, updated: false, mixed: 200 }],
    ['v6', { path: true, inserted: true, updated: false, mixed: 200 }],
    ['v7', { path: true, inserted: true, updated: false, mixed: 200 }],
    ['v8', { path: true, inserted: true, updated: true, mixed: 207 }],
  ])('the answers of %s to a write have %j', async (version, expected) => {
    const crm = await Crm.of(await sandboxFor(), version);
    const [first, second] = [await crm.upsert([LEE]), await crm.upsert([LEE, {}])];
    expect(idOf(second)).toBe(idOf(first));
    expect({
      path: 'json_path' in itemOf(second, 1).details,
      inserted: '$approval_state' in itemOf(first).details,
      updated: '$approval_state' in itemOf(second).details,
      mixed: second.status,
    }).toEqual(expected);
  });

  test.each([
    ['v2', false],
    ['v2.1', true],
    ['v8', true],
  ])('whether the field list of %s has operation_type: %j', async (version, has) => {
    const crm = await Crm.of(await sandboxFor(), version);
    const { text } = await crm.send('GET', 'settings/fields?module=Contacts');
    expect(text.includes('"operation_type":{')).toBe(has);
  });
});
