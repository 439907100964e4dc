import { describe, expect, test } from 'vitest';
import { Crm, idOf, itemOf, sandboxFor } from './calls.ts';

describe('a deletion', () => {
  test.each([
    ['locked', 'RECORD_LOCKED', { action: 'record_locking' }],
    ['not_approved', 'NOT_APPROVED', {}],
  ] as const)('of a record that is %s is %s', async (state, code, details) => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const id = idOf(await crm.upsert([{ Last_Name: 'Lee' }]));
    await sandbox.control.setRecordState(id, state);
    for (const path of [`Contacts?ids=${id}`, `Contacts/${id}`]) {
      const answer = await crm.send('DELETE', path);
      expect(answer.status).toBe(400);
      expect(itemOf(answer)).toMatchObject({ code, status: 'error' });
      expect(itemOf(answer).details).toEqual(state === 'locked' ? { ...details, id } : details);
    }
    expect(await sandbox.control.contact(id)).toMatchObject({ state });
  });

  test('by an id that is none, or without a record, names the id, or the part of the path', async () => {
    const crm = await Crm.of(await sandboxFor());
    const wrong = 'either the request body or parameters is in wrong format';
    expect(itemOf(await crm.send('DELETE', 'Contacts?ids=abc'))).toMatchObject({
      message: wrong,
      details: { id: 'abc' },
    });
    expect(await crm.send('DELETE', 'Contacts/abc')).toMatchObject({
      status: 400,
      json: { code: 'INVALID_DATA', message: wrong, details: { resource_path_index: 1 } },
    });
    expect(await crm.send('DELETE', 'Contacts/123')).toMatchObject({
      status: 400,
      json: { code: 'INVALID_DATA', message: 'record not deleted', details: { resource_path_index: 1 } },
    });
  });

  test.each([
    ['ZohoCRM.modules.contacts.WRITE', 401],
    ['ZohoCRM.modules.contacts.DELETE', 400],
    ['ZohoCRM.modules.ALL', 400],
  ])('with the scope %s is %i', async (scope, status) => {
    const crm = await Crm.of(await sandboxFor({ scopes: [scope] }));
    expect((await crm.send('DELETE', 'Contacts?ids=1')).status).toBe(status);
  });
});
