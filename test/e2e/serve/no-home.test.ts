import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

/** A user id without an entry on this machine, as in containers. */
const STRANGER = 54_321;
const root = process.getuid?.() === 0;
const noHome = ['env', '-u', 'HOME', '-u', 'XDG_CONFIG_HOME', '-u', 'XDG_DATA_HOME', '-u', 'XDG_CACHE_HOME'];
const asStranger = ['setpriv', `--reuid=${STRANGER}`, `--regid=${STRANGER}`, '--clear-groups', '--'];
/** The whole file system is read-only except for one folder. */
const REMOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind / && exec "$@"';
const readOnly = (folder: string) => ['unshare', '-m', 'sh', '-c', REMOUNT, folder];

const mounts =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0;
if (!mounts)
  process.stderr.write('test/e2e/serve/no-home.test.ts is skipped in part: nothing can be mounted\n');

async function delivers(serve: ServeProcess, sandbox: Awaited<ReturnType<typeof aSandbox>>): Promise<void> {
  const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
  expect((await serve.send(identity, 'registration')).status).toBe(200);
  await eventually(() => serve.outcomes(identity.id).includes('created'));
}

function folderOfStranger(): string {
  const folder = newFolder();
  chownSync(folder, STRANGER, STRANGER);
  return folder;
}

describe('with all values in the environment serve starts and delivers', () => {
  it('where the home folder is none', async () => {
    const sandbox = await aSandbox();
    const through = [...noHome, 'HOME=/dev/null'];
    await delivers(await aServe(sandbox, { through }), sandbox);
  });

  it.skipIf(!root || !mounts)('as a user without a name and a home, on a read-only file system', async () => {
    const sandbox = await aSandbox();
    const folder = folderOfStranger();
    const through = [...noHome, ...readOnly(folder), ...asStranger];
    await delivers(await aServe(sandbox, { folder, through }), sandbox);
  });

  it.skipIf(!root)('on the store of another user of its group', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox);
    await first.stop();
    // Like a volume whose user changes with each start.
    spawnSync('chmod', ['-R', 'g+rwX', first.folder]);
    const through = [...noHome, 'setpriv', `--reuid=${STRANGER}`, '--regid=0', '--clear-groups', '--'];
    await delivers(await aServe(sandbox, { folder: first.folder, through }), sandbox);
  });
});

describe.skipIf(!root)('a user without a home', () => {
  const through = [...noHome, ...asStranger];

  it('gets a sentence saying that serve has no place for its store: exit 2', async () => {
    const folder = folderOfStranger();
    const serve = aRefusedServe(await aSandbox(), { folder, through, variables: { DATABASE_URL: '' } });
    expect(await serve.exited()).toBe(2);
    expect(serve.stderr).toMatch(/^Error: [^\n]*DATABASE_URL[^\n]*\n[^\n]+\n$/);
  });

  it('can run config show, doctor and mapping check, which save nothing', async () => {
    const sandbox = await aSandbox();
    const folder = folderOfStranger();
    const variables = connectionTo(sandbox, folder);
    const shown = await runCommand(['config', 'show'], { folder, through });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/DATABASE_URL +not set/) });
    const checked = await runCommand(['mapping', 'check'], { folder, through, variables });
    expect(checked).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Error') });
    const { code, stdout } = await runCommand(['doctor', '--json'], { folder, through, variables });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('"check": "store"') });
    const path = await runCommand(['config', 'path'], { folder, through });
    expect(path).toMatchObject({ code: 2, stderr: expect.stringContaining('no home folder') });
  });

  it('reads that a store cannot be opened, not that it is missing; a closed working folder has no .env', async () => {
    const sandbox = await aSandbox();
    const { folder } = await aServe(sandbox);
    const variables = connectionTo(sandbox, folder);
    for (const args of [['status'], ['failed', 'list']]) {
      const { code, stderr } = await runCommand(args, { folder, through, variables });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot be opened') });
    }
  });
});
