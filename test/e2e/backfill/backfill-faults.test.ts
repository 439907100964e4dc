import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../src/sandbox/call/faults.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { told } from '../../circumstances.ts';
import { BackfillProcess, runBackfill } from '../processes/backfill-process.ts';
import { aSandbox } from '../processes/setup.ts';

async function emails(sandbox: Sandbox): Promise<unknown[]> {
  return (await sandbox.control.contacts()).map(({ fields }) => fields['Email']);
}

async function expectEachOnce(sandbox: Sandbox, count: number): Promise<void> {
  const all = await emails(sandbox);
  expect(all).toHaveLength(count);
  expect(new Set(all).size).toBe(count);
}

describe('temporary faults: every identity arrives once', () => {
  const faults: [string, FaultInput[]][] = [
    ['429 of Ory', [{ on: { operation: 'ory_list' }, after: 1, times: 2, effect: ory(429) }]],
    ['500 of Ory', [{ on: { operation: 'ory_list' }, after: 1, times: 2, effect: ory(500) }]],
    ['a gateway’s page from Ory', [{ on: { operation: 'ory_list' }, after: 1, effect: { html502: true } }]],
    ['a connection to Ory cut', [{ on: { operation: 'ory_list' }, effect: { cut: 'before_commit' } }]],
    [
      '429 of Zoho',
      [{ on: { operation: 'upsert' }, after: 3, times: 2, effect: { tooMany: 'concurrency' } }],
    ],
    ['500 of Zoho', [{ on: { operation: 'upsert' }, after: 3, effect: { status: 500, body: '{}' } }]],
    ['a lost answer of Zoho', [{ on: { operation: 'upsert' }, after: 3, effect: { cut: 'after_commit' } }]],
    [
      'a token that ended',
      [{ on: { operation: 'upsert' }, after: 3, effect: { unauthorized: 'INVALID_TOKEN' } }],
    ],
    [
      'both sides at once',
      [
        { on: { operation: 'ory_list' }, after: 1, times: 2, effect: ory(503) },
        { on: { operation: 'upsert' }, after: 2, effect: { statusAfterCommit: 500 } },
      ],
    ],
  ];

  it.each(told(faults, 'both sides at once', 'a token that ended'))('%s', async (_what, list) => {
    const sandbox = await aSandbox({ identities: 1_100 });
    for (const fault of list) await sandbox.control.addFault(fault);
    const { code, last } = await runBackfill(sandbox);
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 1_100, skipped: 0, failed: 0 });
    for (const { times, used } of await sandbox.control.faults()) expect(used).toBe(times);
    await expectEachOnce(sandbox, 1_100);
  });

  it('Ory’s rate limits are respected and never hit', async () => {
    const sandbox = await aSandbox({ identities: 2_600, oryRateLimit: { rps: 3, rpm: 1_000 } });
    const { code } = await runBackfill(sandbox);
    expect(code).toBe(0);
    const pages = await sandbox.control.requests('ory_list');
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    await expectEachOnce(sandbox, 2_600);
  });

  it('a page token that Ory has forgotten: it starts over, and no identity is counted twice', async () => {
    const sandbox = await aSandbox({ identities: 1_100 });
    await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      after: 1,
      effect: { status: 400, body: '{"error":{"code":400,"message":"The page token is invalid"}}' },
    });
    const { code, last, backfill } = await runBackfill(sandbox);
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 1_100, failed: 0 });
    expect(backfill.events.filter(({ event }) => event === 'began')).toHaveLength(2);
    await expectEachOnce(sandbox, 1_100);
  });
});

describe('faults that need a person', () => {
  it('a key that Ory refuses: exit 4', async () => {
    const sandbox = await aSandbox({ identities: 10 });
    const { code, stderr } = await runBackfill(sandbox, [], { variables: { ORY_PROJECT_API_KEY: 'wrong' } });
    expect([code, stderr]).toEqual([4, expect.stringContaining('ORY_PROJECT_API_KEY')]);
  });

  it('a refresh token revoked halfway: exit 4, and with a new one it goes on', async () => {
    const sandbox = await aSandbox({ identities: 1_500 });
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      after: 5,
      times: 'always',
      effect: { unauthorized: 'INVALID_TOKEN' },
    });
    const first = new BackfillProcess(sandbox);
    await first.until(({ event }) => event === 'page');
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const { code } = await first.end();
    expect([code, first.stderr]).toEqual([4, expect.stringContaining('ory-zoho doctor')]);
    for (const { id } of await sandbox.control.faults()) await sandbox.control.removeFault(id);
    const variables = { ZOHO_REFRESH_TOKEN: await sandbox.control.issueRefreshToken() };
    const again = await runBackfill(sandbox, [], { folder: first.folder, variables });
    expect(again.code).toBe(0);
    expect(again.last).toMatchObject({ read: 1_500, failed: 0, resumed: true });
    await expectEachOnce(sandbox, 1_500);
  });

  it('records that Zoho refuses: exit 3, and exactly those are listed; a rerun leaves them', async () => {
    const sandbox = await aSandbox({ identities: 10_000 });
    await sandbox.control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Last_Name', code: 'INVALID_DATA', containing: 'Tanaka' } },
    });
    const { code, last, folder, backfill } = await runBackfill(sandbox);
    expect(code).toBe(3);
    const failed = backfill.rows("SELECT payload FROM outbox WHERE state = 'failed'");
    expect(failed.length).toBeGreaterThan(900);
    for (const { payload } of failed) expect(String(payload)).toContain('Tanaka');
    expect(last).toMatchObject({ read: 10_000, created: 10_000 - failed.length, failed: failed.length });
    const contacts = await sandbox.control.contacts();
    expect(contacts.some(({ fields }) => fields['Last_Name'] === 'Tanaka')).toBe(false);
    await expectEachOnce(sandbox, 10_000 - failed.length);

    const { calls } = await sandbox.control.counters();
    const again = await runBackfill(sandbox, [], { folder });
    expect(again.code).toBe(3);
    expect(again.last).toMatchObject({ unchanged: 10_000 - failed.length, failed: failed.length });
    expect((await sandbox.control.counters()).calls['upsert']).toBe(calls['upsert']);
  });

  it('a full disk: it stops with the error and the next step, and goes on from there once there is room', async () => {
    const sandbox = await aSandbox({ identities: 3_000 });
    // A limit on the size of files stands in for a full disk.
    const through = ['sh', '-c', `trap '' XFSZ; ulimit -f 1500; exec "$@"`, 'sh'];
    const full = await runBackfill(sandbox, [], { through });
    // There may be room again without anyone's help.
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/store\.db (is full|cannot be read or written)/);
    expect(full.stderr).toContain('run the same command again. It resumes from there');
    expect((await emails(sandbox)).length).toBeLessThan(3_000);

    const { code, last } = await runBackfill(sandbox, [], { folder: full.folder });
    expect(code).toBe(0);
    expect(last).toMatchObject({ event: 'done', read: 3_000, failed: 0, resumed: true });
    await expectEachOnce(sandbox, 3_000);
  });

  it('the day’s credits run out: it stops at the reserve with exit 3, and goes on the next day', async () => {
    const sandbox = await aSandbox({ identities: 6_000, credits: 600 });
    const first = await runBackfill(sandbox);
    expect(first.code).toBe(3);
    expect(first.last).toMatchObject({ event: 'done', finished: false });
    const { credits_used } = await sandbox.control.counters();
    expect(600 - credits_used).toBeGreaterThan(0);
    // The credits of the next day.
    await sandbox.control.configure({ credits: 5_000 });
    const { code, last } = await runBackfill(sandbox, [], { folder: first.folder });
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 6_000, failed: 0, resumed: true, finished: true });
    await expectEachOnce(sandbox, 6_000);
  });
});

describe('changes in Ory during the scan', () => {
  it('identities changed, deleted and created while it scans: their last state is in Zoho', async () => {
    const sandbox = await aSandbox({ identities: 1_500 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      after: 1,
      effect: { hold: 'before_commit' },
    });
    const backfill = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    // The last page has not been read yet, and it holds the highest id.
    const ids = [];
    for (const name of ['ann', 'bob', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal']) {
      ids.push((await sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } })).id);
    }
    const ahead = ids.filter((id) => id > 'b').length;
    await sandbox.control.removeFault(hold);
    const { code, last } = await backfill.end();
    expect(code).toBe(0);
    expect(Number(last?.['read'])).toBeGreaterThanOrEqual(1_500 + ahead);
    const again = await runBackfill(sandbox, [], { folder: backfill.folder });
    expect(again.last).toMatchObject({ read: 1_508, failed: 0 });
    await expectEachOnce(sandbox, 1_508);
  });

  it('an identity deleted between the page and its delivery is still delivered, and found by the next scan', async () => {
    const sandbox = await aSandbox({ identities: 40 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { hold: 'before_commit' },
    });
    const backfill = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    const [first] = backfill.rows('SELECT identity_id FROM outbox ORDER BY identity_id LIMIT 1');
    await sandbox.control.deleteIdentity(String(first?.['identity_id']));
    await sandbox.control.removeFault(hold);
    expect((await backfill.end()).last).toMatchObject({ read: 40, created: 40 });
    const pruned = await runBackfill(sandbox, ['--prune', '--yes'], { folder: backfill.folder });
    expect(pruned.last).toMatchObject({ read: 39, gone: 1, pruned: 1 });
    await expectEachOnce(sandbox, 39);
  });
});

function ory(status: number): FaultInput['effect'] {
  return { status, body: `{"error":{"code":${status},"message":"no"}}` };
}
