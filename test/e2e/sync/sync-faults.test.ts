import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const EMAIL = 'ann@example.org';

function ann(sandbox: Sandbox) {
  return sandbox.control.createIdentity({ traits: { email: EMAIL, name: 'Ann Lee' } });
}

describe('sync while Zoho', () => {
  it('is down: leaves it queued with the reason, and ends with 1; serve delivers it', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    await sandbox.control.setDown(true);
    const { code, first, stderr } = await sync(sandbox, [EMAIL, '--wait', '1'], { folder });
    expect(code).toBe(1);
    expect(first).toMatchObject({
      action: 'queued',
      identity_id: id,
      contact_id: null,
      reason: 'zoho_unavailable',
      message: expect.stringContaining('503'),
    });
    expect(stderr).toContain('`ory-zoho serve`, or the same command again, delivers the queued identities.');
    await sandbox.control.setDown(false);
    const serve = await aServe(sandbox, { folder, ory: true });
    await eventually(() => serve.outcomes(id).length > 0);
    expect(serve.outcomes(id)).toEqual(['created']);
  });

  it('refuses it without naming a cause in it: says that it waits, and status says why', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    const folder = newFolder();
    const storage = {
      code: 'STORAGE_SPACE_EXCEEDED',
      details: {},
      message: 'storage is full',
      status: 'error',
    };
    const fault = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: { status: 400, body: JSON.stringify({ data: [storage] }) },
    });
    const { code, first, stderr } = await sync(sandbox, [EMAIL, '--wait', '1'], { folder });
    expect(code).toBe(1);
    expect(first).toMatchObject({
      action: 'queued',
      reason: 'request_refused',
      message: expect.stringMatching(/^It waits, because Zoho refuses: .*STORAGE_SPACE_EXCEEDED.*full/),
    });
    expect(stderr).not.toContain('the same command again, delivers');
    expect(stderr).toContain('They wait until Zoho accepts them');
    const variables = connectionTo(sandbox, folder);
    const status = await runCommand(['status', '--json'], { folder, variables });
    expect(JSON.parse(status.stdout).refused).toEqual([
      { reason: 'zoho_storage_space_exceeded', count: 1, message: 'storage is full' },
    ]);
    const text = await runCommand(['status'], { folder, variables });
    expect(text.stdout).toContain('1 identity waits, because Zoho answered zoho_storage_space_exceeded');
    await sandbox.control.removeFault(fault);
    const again = await sync(sandbox, [EMAIL], { folder });
    expect(again.first).toMatchObject({ action: 'created' });
  });

  it('is down for many: does not wait again for each group', async () => {
    const sandbox = await aSandbox({ identities: 230 });
    await sandbox.control.setDown(true);
    const ids: string[] = [];
    for (let i = 0; i < 230; i += 1) {
      const { id } = await sandbox.control.createIdentity({ traits: { email: `person${i}@example.org` } });
      ids.push('--id', id);
    }
    const { code, lines, stderr } = await sync(sandbox, [...ids, '--wait', '1'], { folder: newFolder() });
    expect(code).toBe(1);
    expect(lines.filter(({ action }) => action === 'queued')).toHaveLength(230);
    expect(stderr.match(/Trying again/g)).toHaveLength(1);
  });

  it('has no credits left: does not wait for what cannot happen', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: { tooMany: 'credits' },
    });
    const { code, first } = await sync(sandbox, [EMAIL], { folder: newFolder() });
    expect(first).toMatchObject({ action: 'queued', reason: 'credits' });
    expect(code).toBe(1);
  });

  it('no longer accepts the connection: ends with 4, and names the command that fixes it', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const { code, first, stderr } = await sync(sandbox, [EMAIL], { folder: newFolder() });
    expect(code).toBe(4);
    expect(first).toMatchObject({ action: 'queued', reason: 'token_dead' });
    expect(first?.message).toContain('ory-zoho init');
    expect(stderr).not.toContain('Trying again');
  });

  it('is slow: after --wait the call under way may finish, and its outcome is reported', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    await sandbox.control.addFault({ on: { operation: 'upsert' }, effect: { latencyMs: 2_000 } });
    const { code, first } = await sync(sandbox, [EMAIL, '--wait', '1'], { folder: newFolder() });
    expect(first).toMatchObject({ action: 'created' });
    expect(code).toBe(0);
  });

  it('hangs, and Ctrl-C: everything already queued stays queued and is reported, exit 130', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    const held = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { hold: 'before_commit' },
    });
    const variables = connectionTo(sandbox, folder);
    const terminal = runAtTerminal(`sync ${EMAIL}`, { folder, variables });
    await sandbox.control.waitForHeld(held);
    terminal.press('\u0003');
    expect(await terminal.exitCode).toBe(130);
    expect(await terminal.output).toMatch(
      /queued[\s\S]*ann@example\.org[\s\S]*Interrupted\. 1 identity: 1 queued/,
    );
    await sandbox.control.removeFault(held);
    const serve = await aServe(sandbox, { folder, ory: true });
    await eventually(() => serve.outcomes(id).length > 0);
    expect(await sandbox.control.contacts()).toHaveLength(1);
  });
});

describe('sync while Ory', () => {
  it('refuses the key: ends with 4 and names the variable', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    const options = { folder: newFolder(), variables: { ORY_PROJECT_API_KEY: 'ory_pat_wrong' } };
    const { code, lines, stderr } = await sync(sandbox, [EMAIL], options);
    expect(code).toBe(4);
    expect(lines).toEqual([]);
    expect(stderr).toContain('ORY_PROJECT_API_KEY');
  });

  it('limits the rate: waits as long as Ory says, and goes on', async () => {
    const sandbox = await aSandbox({ oryRateLimit: { rps: 1, rpm: 1_000 } });
    const emails = ['ann@example.org', 'bob@example.org', 'cyd@example.org'];
    for (const email of emails) await sandbox.control.createIdentity({ traits: { email } });
    const { code, lines, stderr } = await sync(sandbox, emails, { folder: newFolder() });
    expect(stderr).toContain('Ory: ');
    expect(lines.map(({ action }) => action)).toEqual(['created', 'created', 'created']);
    expect(code).toBe(0);
  });

  it('cannot be reached: ends with 1, and nothing is queued', async () => {
    const sandbox = await aSandbox();
    await sandbox.pause();
    const { code, lines, stderr } = await sync(sandbox, [EMAIL, '--wait', '1'], { folder: newFolder() });
    await sandbox.resume();
    expect(code).toBe(1);
    expect(lines).toEqual([]);
    expect(stderr).toContain('Ory');
  });
});
