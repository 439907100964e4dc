import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

async function signUp(sandbox: Sandbox, serve: ServeProcess, email: string) {
  const identity = await sandbox.control.createIdentity({ traits: { email } });
  await serve.send(identity, 'registration');
  return identity;
}

async function statusOf(sandbox: Sandbox, folder: string, ...args: string[]) {
  const result = await runCommand(['status', ...args], { folder, variables: connectionTo(sandbox, folder) });
  expectNoSecret(result, sandbox);
  return result;
}

async function reportOf(sandbox: Sandbox, folder: string) {
  const { stdout, code } = await statusOf(sandbox, folder, '--json');
  return { ...JSON.parse(stdout), code };
}

describe('status', () => {
  it('does not create a missing store', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    expect(await statusOf(sandbox, folder)).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(join(folder, 'store.db'))).toBe(false);
  });

  it('reports what was delivered and what failed, beside a running serve', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await eventually(() => serve.outcomes(ann.id).length > 0);
    const bad = await signUp(sandbox, serve, 'bad@localhost');
    await eventually(() => serve.outcomes(bad.id).length > 0);
    const report = await eventually(async () => {
      const read = await reportOf(sandbox, serve.folder);
      return read.processes.length > 0 && read.connection.state === 'ok' && read;
    });
    expect(report).toMatchObject({
      code: 0,
      outbox: { due: 0, waiting: 0, leased: 0, failed: 1, oldest_seconds: 0 },
      failed: [{ reason: 'zoho_invalid_data', count: 1 }],
      linked: 1,
      left_out: 0,
      connection: { state: 'ok', token_expires_at: expect.stringMatching(/Z$/) },
      credits: { remaining: null },
      paused: null,
      deliveries: {
        last_at: expect.stringMatching(/Z$/),
        last_24h: { created: 1, updated: 0, unchanged: 0, skipped: 0, failed: 1 },
      },
      processes: [{ kind: 'serve', pid: serve.process.pid, same_mapping: true }],
      scans: { backfill: null, gap: false },
    });
    const { stdout } = await statusOf(sandbox, serve.folder);
    expect(stdout).toMatch(/^Failed +1 zoho_invalid_data$/m);
    expect(stdout).toMatch(/^Connection +ok/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('says that a locked record waits for up to 7 days', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const locked = { code: 'RECORD_LOCKED', details: {}, message: 'it is locked', status: 'error' };
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: { status: 400, body: JSON.stringify({ data: [locked] }) },
    });
    await signUp(sandbox, serve, 'ann@example.org');
    const said = await eventually(async () => {
      const { stdout } = await statusOf(sandbox, serve.folder);
      return stdout.includes('it is locked') && stdout;
    });
    expect(said).toMatch(/locked or in approval waits until it is released, for up to 7 days/);
  });

  it('exits 4 when the refresh token is dead, whether serve runs or not', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    await signUp(sandbox, serve, 'ann@example.org');
    await serve.logged((line) => line['reason'] === 'token_dead');
    const dead = { code: 4, connection: { state: 'dead' }, paused: { reason: 'token_dead' } };
    expect(await reportOf(sandbox, serve.folder)).toMatchObject(dead);
    await serve.stop();
    const report = await reportOf(sandbox, serve.folder);
    expect(report).toMatchObject({ ...dead, processes: [], outbox: { due: 1 } });
    expect(report.paused.hint).toContain('ory-zoho init');
    const { stdout } = await statusOf(sandbox, serve.folder);
    expect(stdout).toMatch(/^Connection +dead/m);
    expect(stdout).toContain('Start `ory-zoho serve`');
  });

  it('exits 4 when a scope is missing, and 0 when Zoho only has trouble', async () => {
    const sandbox = await aSandbox({ scopes: ['ZohoCRM.coql.READ', 'ZohoCRM.modules.contacts.READ'] });
    const serve = await aServe(sandbox);
    await signUp(sandbox, serve, 'ann@example.org');
    await eventually(async () => {
      const { code, paused } = await reportOf(sandbox, serve.folder);
      return code === 4 && paused.reason === 'scope';
    });
    const other = await aSandbox();
    const troubled = await aServe(other);
    await other.control.setDown(true);
    await signUp(other, troubled, 'ann@example.org');
    const report = await eventually(async () => {
      const read = await reportOf(other, troubled.folder);
      return read.paused !== null && read;
    });
    expect(report).toMatchObject({ code: 0, paused: { reason: 'zoho_unavailable' } });
  });

  it('--watch draws it again at a terminal', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const { folder } = serve;
    const variables = connectionTo(sandbox, folder);
    const watching = runAtTerminal('status --watch', { folder, variables });
    await watching.shown('0 identities');
    await signUp(sandbox, serve, 'ann@example.org');
    await watching.shown('1 identity');
    watching.press('\u0003');
    await watching.exitCode;
  });

  it('--watch --json elsewhere prints one line each time, and Ctrl-C ends it with success', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const child = spawn(process.execPath, ['bin/ory-zoho.js', 'status', '--watch', '--json'], {
      env: { PATH: process.env['PATH'], HOME: serve.folder, ...connectionTo(sandbox, serve.folder) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === 2) child.kill('SIGINT');
    }
    expect((await ended)[0]).toBe(0);
    expect(lines.map((line) => JSON.parse(line).linked)).toEqual([0, 0]);
  });
});
