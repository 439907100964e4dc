import { describe, expect, test } from 'vitest';
import type { Answer } from './calls.ts';
import { Crm, sandboxFor } from './calls.ts';

const hundred = Array.from({ length: 100 }, (_, i) => ({ Last_Name: `L${i}` }));

/** Sends this number of calls at the same time. */
function atOnce(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, send));
}

function refused(answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({ status }) => status === 429);
}

describe('simultaneous calls', () => {
  test.each([
    { edition: 'free', limit: 5 },
    { edition: 'standard', limit: 10 },
    { edition: 'ultimate', limit: 25 },
  ] as const)('$edition has $limit', async ({ edition, limit }) => {
    const sandbox = await sandboxFor({ edition });
    const crm = await Crm.of(sandbox);
    const fault = await sandbox.control.addFault({
      on: { operation: 'org' },
      times: 'always',
      effect: { hold: 'before_commit' },
    });
    const held = atOnce(limit, () => crm.send('GET', 'org'));
    await expect.poll(async () => (await sandbox.control.counters()).peak_concurrency).toBe(limit);
    const onTop = await crm.send('GET', 'users');
    expect(onTop).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS', status: 'error' } });
    await sandbox.control.release(fault);
    expect(refused(await held)).toEqual([]);
    expect((await crm.send('GET', 'users')).status).toBe(200);
  });

  test('calls with over 10 records and COQL share a limit of ten', async () => {
    const sandbox = await sandboxFor({ edition: 'ultimate' });
    const crm = await Crm.of(sandbox);
    const fault = await sandbox.control.addFault({ on: {}, times: 10, effect: { hold: 'before_commit' } });
    const held = atOnce(10, () => crm.upsert(hundred.slice(0, 11)));
    await expect.poll(async () => (await sandbox.control.counters()).peak_big_concurrency).toBe(10);
    expect((await crm.upsert(hundred)).status).toBe(429);
    expect((await crm.coql("select id from Contacts where Last_Name = 'L'")).status).toBe(429);
    expect((await crm.upsert(hundred.slice(0, 10))).status).toBe(200);
    await sandbox.control.release(fault);
    expect(refused(await held)).toEqual([]);
    expect((await sandbox.control.counters()).refused).toEqual({ concurrency: 2, credits: 0 });
  });
});

describe('credits', () => {
  test.each([
    { records: 1, credits: 1 },
    { records: 10, credits: 1 },
    { records: 11, credits: 2 },
    { records: 100, credits: 10 },
  ])('$records records cost $credits', async ({ records, credits }) => {
    const sandbox = await sandboxFor();
    await (await Crm.of(sandbox)).upsert(hundred.slice(0, records));
    expect((await sandbox.control.counters()).credits_used).toBe(credits);
  });

  test('the header appears once half is used; with none left, the error mentions 24 hours', async () => {
    const sandbox = await sandboxFor({ credits: 4 });
    const crm = await Crm.of(sandbox);
    const left: unknown[] = [];
    for (let i = 0; i < 4; i += 1) {
      const { status, headers } = await crm.send('GET', 'org');
      expect(status).toBe(200);
      left.push(headers['x-api-credits-remaining']);
    }
    expect(left).toEqual([undefined, '2', '1', '0']);
    const refusal = await crm.send('GET', 'org');
    expect(refusal).toMatchObject({ status: 429, json: { code: 'TOO_MANY_REQUESTS' } });
    expect(refusal.text).toContain('24 hours');
    const old = await (await Crm.of(sandbox, 'v2')).send('GET', 'org');
    expect(old).toMatchObject({ status: 429, json: { code: 429, error: 'TOO_MANY_REQUESTS' } });
    await sandbox.control.configure({ credits: 5 });
    expect((await crm.send('GET', 'org')).status).toBe(200);
  });
});
