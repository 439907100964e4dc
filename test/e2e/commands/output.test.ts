import { expect, test } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const into = (redirection: string) => ['sh', '-c', `exec "$@" ${redirection}`, 'sh'];

test.each(['config show', 'config show --json', '--help', 'failed list --help', '--version'])(
  '%s onto a full disk: one sentence, the next step, exit 1',
  async (words) => {
    const through = into('>/dev/full');
    const { code, stderr } = await runCommand(words.split(' '), { folder: newFolder(), through });
    const error = 'Error: The output cannot be written: ENOSPC: no space left on device, write.\n';
    const step = 'Write it to a place with free space and run the command again.\n';
    expect({ code, stderr }).toEqual({ code: 1, stderr: error + step });
  },
);

test('messages onto a full disk change neither what a command does nor its exit code', async () => {
  const folder = newFolder();
  const good = await runCommand(['config', 'show'], { folder, through: into('2>/dev/full') });
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('ORY_WEBHOOK_SECRET') });
  const bad = await runCommand(['actions', 'print'], { folder, through: into('2>/dev/full') });
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  const both = await runCommand(['config', 'show'], { folder, through: into('>/dev/full 2>&1') });
  expect(both.code).toBe(1);
});

test('a backfill that cannot write its events to a full disk stops, says how to go on, and ends with 1', async () => {
  const sandbox = await aSandbox({ identities: 3 });
  const folder = newFolder();
  const variables = connectionTo(sandbox, folder);
  const run = (redirection: string) =>
    runCommand(['backfill', '--json'], { folder, variables, through: into(redirection) });
  const { code, stderr } = await run('>/dev/full');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Error: The output cannot be written: .*\nWrite it to a place with free space/m);
  expect(stderr).toMatch(/Run the same command again to go on from there\.\n$/);
  expect((await run('')).stdout).toContain('"read":3');
});

test.each(['status', 'serve', 'config show', 'init --yes', 'mapping check', 'doctor'])(
  '%s in a folder that is gone says so',
  async (words) => {
    const through = ['sh', '-c', 'mkdir here && cd here && rmdir ../here && exec "$@"', 'sh'];
    const { code, stdout, stderr } = await runCommand(words.split(' '), { folder: newFolder(), through });
    const text = stdout + stderr;
    expect(text).toContain('The folder in which this command was started is gone.');
    expect(text).toContain('Go to another folder');
    expect(text).not.toMatch(/bug in ory-zoho|report it|uv_cwd|\bat .*:\d+/);
    expect(code).toBe(2);
  },
);
