import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runAtTerminal, runCommand, saveProfile } from '../processes/command.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

/** A folder whose profile is connected to the sandbox, with an access token in the store. */
async function loggedIn(sandbox: Sandbox): Promise<{ folder: string; profile: string }> {
  const folder = newFolder();
  const profile = await saveProfile(folder, connectionTo(sandbox, folder));
  expect((await runCommand(['doctor'], { folder })).code).toBe(0);
  return { folder, profile };
}

function storedTokens(folder: string): unknown[] {
  const database = new DatabaseSync(join(folder, 'store.db'), { readOnly: true });
  try {
    return database.prepare(`SELECT json_extract(value, '$.sealed') AS sealed FROM token`).all();
  } finally {
    database.close();
  }
}

async function isRevoked(sandbox: Sandbox): Promise<boolean> {
  return !(await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken));
}

describe('logout', () => {
  it('revokes the refresh token, deletes the profile and the stored access token', async () => {
    const sandbox = await aSandbox();
    const { folder, profile } = await loggedIn(sandbox);
    const result = await runCommand(['logout', '--yes'], { folder });
    expect(result).toEqual({
      code: 0,
      stdout: `Revoked the refresh token at ${new URL(sandbox.url).host}.\nDeleted ${profile}.\n`,
      stderr: '',
    });
    expectNoSecret(result, sandbox);
    expect(existsSync(profile)).toBe(false);
    expect(storedTokens(folder)).toEqual([{ sealed: null }]);
    // The token was sent in the body, because addresses end up in logs.
    const [request] = await sandbox.control.requests('revoke');
    expect(request?.path).toBe('/oauth/v2/token/revoke');
    expect(await isRevoked(sandbox)).toBe(true);
  });

  it('sends the token in the query, as Zoho documents it, if the body is refused', async () => {
    const sandbox = await aSandbox();
    const { folder } = await loggedIn(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'revoke' },
      effect: { status: 200, body: '{"error":"general_error"}' },
    });
    expect((await runCommand(['logout', '--yes'], { folder })).code).toBe(0);
    expect(await isRevoked(sandbox)).toBe(true);
  });

  it('succeeds for a token that Zoho no longer knows', async () => {
    const sandbox = await aSandbox();
    const { folder, profile } = await loggedIn(sandbox);
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const result = await runCommand(['logout', '--yes'], { folder });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('no longer known');
    expect(existsSync(profile)).toBe(false);
  });

  it('without a network: deletes what is stored here, and says that the token may still work', async () => {
    const sandbox = await aSandbox();
    const { folder, profile } = await loggedIn(sandbox);
    await sandbox.pause();
    const result = await runCommand(['logout', '--yes'], { folder });
    await sandbox.resume();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^The refresh token may still work at Zoho: No connection: .*\nRemove ory-zoho under http/,
    );
    expectNoSecret(result, sandbox);
    expect(existsSync(profile)).toBe(false);
    expect(storedTokens(folder)).toEqual([{ sealed: null }]);
    expect(await isRevoked(sandbox)).toBe(false);
  });

  it('deletes only what the profile holds, and names other places that still hold a token', async () => {
    const sandbox = await aSandbox();
    const { folder } = await loggedIn(sandbox);
    const env = join(folder, '.env');
    const another = await sandbox.control.issueRefreshToken();
    writeFileSync(env, `ZOHO_REFRESH_TOKEN="${another}"\n`);
    const first = await runCommand(['logout', '--yes'], { folder });
    expect(first.stderr).toBe(
      'ZOHO_REFRESH_TOKEN in .env still holds a refresh token: remove it there too.\n',
    );
    expect(await sandbox.control.revokeRefreshToken(another)).toBe(true);
    const variables = { ZOHO_REFRESH_TOKEN: 'in-the-environment' };
    const second = await runCommand(['logout', '--yes'], { folder, variables });
    expect(second.code).toBe(0);
    expect(second.stderr).toMatch(
      /^Nothing is saved.*\nZOHO_REFRESH_TOKEN in the environment still holds a refresh token/,
    );
    expect(second.stderr).not.toContain('in-the-environment');
  });

  it('with nothing saved: says so, and creates nothing', async () => {
    const folder = newFolder();
    const result = await runCommand(['logout', '--yes'], { folder });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/^Nothing is saved: .*profile\.json does not exist\.\n$/);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });
});

describe('logout without --yes', () => {
  it('names the flag where there is no terminal: exit 2, nothing changed', async () => {
    const sandbox = await aSandbox();
    const { folder, profile } = await loggedIn(sandbox);
    const result = await runCommand(['logout'], { folder });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--yes');
    expect(existsSync(profile)).toBe(true);
    expect(await isRevoked(sandbox)).toBe(false);
  });

  it.each([
    ['y', 'y\r', 0, false],
    ['n', 'n\r', 0, true],
    ['nothing but Enter', '\r', 0, true],
    ['Ctrl-C', '\u0003', 130, true],
  ])('asks at a terminal, and on %s does what was answered', async (_what, keys, code, stays) => {
    const sandbox = await aSandbox();
    const { folder, profile } = await loggedIn(sandbox);
    const terminal = runAtTerminal('logout', { folder });
    await terminal.shown('Revoke the connection');
    terminal.press(keys);
    expect(await terminal.exitCode).toBe(code);
    expect(existsSync(profile)).toBe(stays);
    expect(await isRevoked(sandbox)).toBe(!stays);
    expect(await terminal.output).not.toContain(sandbox.zoho.refreshToken);
  });
});
