import { describe, expect, test } from 'vitest';
import { connectControl } from '../../src/sandbox/control/control-client.ts';
import { call, Crm, sandboxFor } from './calls.ts';

describe('control over HTTP', () => {
  test('works as in the same process', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const control = connectControl(sandbox.url);
    const [id = ''] = await control.seedContacts([{ Last_Name: 'Lee', Email: 'ann@example.com' }]);
    await control.putContact(id, { First_Name: 'Ann' });
    expect(await control.contact(id)).toEqual(await sandbox.control.contact(id));
    expect(await control.contact(id)).toMatchObject({
      writes: 2,
      history: [{ by: 'person' }, { by: 'person' }],
    });
    const fault = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'before_commit' } });
    const answer = crm.upsert([{ Last_Name: 'L', Email: 'ann@example.com' }]);
    await control.waitForHeld(fault);
    expect(await control.release(fault)).toBe(1);
    expect((await answer).status).toBe(200);
    expect(await control.contacts('Contacts')).toMatchObject([{ id, writes: 3 }]);
    expect(await control.contacts('Leads')).toEqual([]);
  });

  test('refuses unknown operations and lists the known ones', async () => {
    const { url } = await sandboxFor();
    const unknown = await call(`${url}/_sandbox/nothing`, { method: 'POST', json: [] });
    expect(unknown).toMatchObject({
      status: 404,
      json: { operations: expect.arrayContaining(['contacts', 'addFault']) },
    });
    const bad = await call(`${url}/_sandbox/addFault`, { method: 'POST', json: [{ on: {}, effect: {} }] });
    expect(bad.status).toBe(400);
    expect((await call(`${url}/_sandbox/counters`)).status).toBe(200);
  });
});

describe('the log and the counters', () => {
  test('have the operation, records, status and body of each call', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    await crm.upsert([{ Last_Name: 'A' }, {}]);
    await crm.coql("select id from Contacts where Last_Name = 'A'");
    const log = await sandbox.control.requests();
    expect(log).toMatchObject([
      { operation: 'token', status: 200 },
      { operation: 'upsert', records: 2, status: 207, method: 'POST', path: '/crm/v8/Contacts/upsert' },
      { operation: 'coql', status: 200, records: 0 },
    ]);
    expect(JSON.parse(log[1]?.body ?? '')).toEqual({ data: [{ Last_Name: 'A' }, {}] });
    expect(await sandbox.control.counters()).toMatchObject({
      calls: { token: 1, upsert: 1, coql: 1, update: 0 },
      credits_used: 2,
      peak_concurrency: 1,
      tokens_issued: 1,
      contacts: { Contacts: 1, Leads: 0 },
    });
  });

  test('reset deletes everything but tokens and settings', async () => {
    const sandbox = await sandboxFor({ identities: 3 });
    const crm = await Crm.of(sandbox);
    await crm.upsert([{ Last_Name: 'A' }]);
    await sandbox.control.createIdentity({ traits: { email: 'a@example.com' } });
    await sandbox.control.addFault({ effect: { status: 500 }, times: 'always' });
    await sandbox.control.reset();
    expect(await sandbox.control.counters()).toMatchObject({
      calls: { upsert: 0 },
      contacts: { Contacts: 0 },
    });
    expect(await sandbox.control.faults()).toEqual([]);
    expect((await crm.upsert([{ Last_Name: 'A' }])).status).toBe(200);
  });
});
