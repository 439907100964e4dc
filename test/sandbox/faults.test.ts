import { describe, expect, test } from 'vitest';
import type { FaultEffect, FaultInput } from '../../src/sandbox/call/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Answer } from './calls.ts';
import { askForToken, call, Crm, itemsOf, sandboxFor } from './calls.ts';

const ann = { Last_Name: 'Lee', Email: 'ann@example.com' };

async function withFault(
  effect: FaultEffect,
  more: Partial<FaultInput> = {},
): Promise<{ sandbox: Sandbox; crm: Crm }> {
  const sandbox = await sandboxFor();
  const crm = await Crm.of(sandbox);
  await sandbox.control.addFault({ on: { operation: 'upsert' }, effect, ...more });
  return { sandbox, crm };
}

/** The number of contacts. */
async function committed(sandbox: Sandbox): Promise<number> {
  return (await sandbox.control.contacts()).length;
}

describe('faults that answer', () => {
  test.each([
    {
      effect: { status: 500, body: '{"code":"INTERNAL_ERROR"}' },
      status: 500,
      text: 'INTERNAL_ERROR',
      commits: 0,
    },
    {
      effect: { status: 503, body: 'x', contentType: 'text/plain', headers: { 'retry-after': '7' } },
      status: 503,
      text: 'x',
      commits: 0,
    },
    { effect: { tooMany: 'concurrency' as const }, status: 429, text: 'TOO_MANY_REQUESTS', commits: 0 },
    { effect: { tooMany: 'credits' as const }, status: 429, text: '24 hours', commits: 0 },
    { effect: { unauthorized: 'INVALID_TOKEN' as const }, status: 401, text: 'INVALID_TOKEN', commits: 0 },
    {
      effect: { unauthorized: 'OAUTH_SCOPE_MISMATCH' as const },
      status: 401,
      text: 'OAUTH_SCOPE_MISMATCH',
      commits: 0,
    },
    { effect: { html502: true as const }, status: 502, text: '<html>', commits: 0 },
    { effect: { garbage2xx: true as const }, status: 200, text: '{"data":[{"code":"SUCC', commits: 1 },
    { effect: { statusAfterCommit: 500 }, status: 500, text: 'INTERNAL_ERROR', commits: 1 },
    { effect: { status202: true as const }, status: 202, text: 'SUCCESS', commits: 1 },
    { effect: { shortData: 1 }, status: 200, text: '{"data":[]}', commits: 1 },
    { effect: { latencyMs: 1 }, status: 200, text: 'SUCCESS', commits: 1 },
    { effect: { stallMs: 1 }, status: 200, text: 'SUCCESS', commits: 1 },
  ])('$effect: $status, and $commits records written', async ({ effect, status, text, commits }) => {
    const { sandbox, crm } = await withFault(effect);
    const answer = await crm.upsert([ann]);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(await committed(sandbox)).toBe(commits);
    expect((await crm.upsert([ann])).status).toBe(200);
  });

  test('a refused field fails the records that have it', async () => {
    const { crm } = await withFault(
      { refuseField: { apiName: 'Phone', code: 'INVALID_DATA' } },
      { times: 'always' },
    );
    const answer = await crm.upsert([ann, { Last_Name: 'Bob', Phone: '+1' }]);
    expect(itemsOf(answer)).toMatchObject([
      { code: 'SUCCESS' },
      { code: 'INVALID_DATA', details: { api_name: 'Phone', json_path: '$.data[1].Phone' } },
    ]);
  });

  test('a refused field can depend on the text of its value', async () => {
    const { crm } = await withFault({
      refuseField: { apiName: 'Email', code: 'DUPLICATE_DATA', containing: 'ann@' },
    });
    expect(itemsOf(await crm.upsert([{ Last_Name: 'Bob', Email: 'bob@example.com' }, ann]))).toMatchObject([
      { code: 'SUCCESS' },
      { code: 'DUPLICATE_DATA' },
    ]);
  });
});

describe('faults that cut and hold', () => {
  test.each([
    { cut: 'before_commit', commits: 0 },
    { cut: 'after_commit', commits: 1 },
  ] as const)('cut $cut: no answer, and $commits records written', async ({ cut, commits }) => {
    const { sandbox, crm } = await withFault({ cut });
    await expect(crm.upsert([ann])).rejects.toThrow();
    expect(await committed(sandbox)).toBe(commits);
    expect(await sandbox.control.requests('upsert')).toMatchObject([
      { status: 0, records: 1, fault: 'fault-1' },
    ]);
  });

  test.each([
    { hold: 'before_commit', commits: 0 },
    { hold: 'after_commit', commits: 1 },
  ] as const)(
    'hold $hold: $commits records are written while it is held, and it answers once released',
    async ({ hold, commits }) => {
      const { sandbox, crm } = await withFault({ hold });
      const answer = crm.upsert([ann]);
      await sandbox.control.waitForHeld('fault-1');
      expect(await committed(sandbox)).toBe(commits);
      expect(await sandbox.control.release('fault-1')).toBe(1);
      expect((await answer).status).toBe(200);
      expect(await committed(sandbox)).toBe(1);
    },
  );

  test('a call that is held when the sandbox closes is cut and commits nothing', async () => {
    const { sandbox, crm } = await withFault({ hold: 'before_commit' });
    const answer = crm.upsert([ann]);
    await sandbox.control.waitForHeld('fault-1');
    await Promise.all([expect(answer).rejects.toThrow(), sandbox.close()]);
    expect(await committed(sandbox)).toBe(0);
  });
});

describe('a fault', () => {
  test('applies to calls of its operation that contain its text, `times` times, after `after` others', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    const id = await sandbox.control.addFault({
      on: { operation: 'upsert', containing: 'ann@' },
      after: 1,
      times: 2,
      effect: { status: 500 },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await crm.upsert([ann])).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    expect((await crm.upsert([{ Last_Name: 'Bob' }])).status).toBe(200);
    expect(await sandbox.control.faults()).toMatchObject([{ id, used: 2 }]);
    expect(await sandbox.control.removeFault(id)).toBe(true);
  });

  test('can apply to the accounts server and Ory too', async () => {
    const sandbox = await sandboxFor();
    await sandbox.control.addFault({ on: { operation: 'token' }, effect: { html502: true } });
    await sandbox.control.addFault({ on: { operation: 'ory_list' }, effect: { status: 500 } });
    expect((await askForToken(sandbox)).status).toBe(502);
    const headers = { authorization: `Bearer ${sandbox.ory.apiKey}` };
    const list = (): Promise<Answer> => call(`${sandbox.ory.adminUrl}/admin/identities`, { headers });
    expect((await list()).status).toBe(500);
    expect((await list()).status).toBe(200);
  });
});

describe('downtime', () => {
  test('down: Zoho CRM answers 503 in HTML, while the accounts server and Ory work', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    await sandbox.control.setDown(true);
    expect(await crm.upsert([ann])).toMatchObject({ status: 503, json: undefined });
    expect((await askForToken(sandbox)).status).toBe(200);
    await sandbox.control.setDown('reset');
    await expect(crm.upsert([ann])).rejects.toThrow();
    await sandbox.control.setDown(false);
    expect((await crm.upsert([ann])).status).toBe(200);
  });

  test('paused: the port refuses connections; after `resume` everything is as before', async () => {
    const sandbox = await sandboxFor();
    const crm = await Crm.of(sandbox);
    await crm.upsert([ann]);
    await sandbox.pause();
    // The first call may still use a connection that was open.
    await expect(crm.upsert([ann])).rejects.toThrow();
    await expect(crm.upsert([ann])).rejects.toThrow(/ECONNREFUSED/);
    await sandbox.resume();
    expect(itemsOf(await crm.upsert([ann]))).toMatchObject([{ action: 'update' }]);
  });
});
