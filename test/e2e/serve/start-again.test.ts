import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { freePort } from '../../free-port.ts';
import { newFolder } from '../processes/serve-process.ts';
import type { ServeOptions } from '../processes/serve-process.ts';
import { aRefusedServe, aSandbox, aServe } from '../processes/setup.ts';

const NOBODY = 65_534;
const root = process.getuid?.() === 0;
/** The superuser may write anywhere, another user may not. */
const asNobody = root ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : [];

/** Starts a serve that is expected to end by itself. @returns its exit code and its output */
async function refusal(options: ServeOptions): Promise<{ code: number | null; said: string }> {
  const serve = aRefusedServe(await aSandbox(), options);
  const code = await serve.exited();
  expect(serve.stderr).not.toMatch(/\n\s+at |bug in ory-zoho/);
  expect(serve.stderr).toMatch(/^Error: .*\n.+\n$/);
  return { code, said: serve.stderr };
}

/** Whether a test can mount a small private disk on this machine. */
const mounts =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0;
if (!mounts)
  process.stderr.write('test/e2e/serve/start-again.test.ts is skipped in part: nothing can be mounted\n');

describe('serve exits 1, so that a supervisor starts it again, while', () => {
  it('Postgres refuses connections', async () => {
    const DATABASE_URL = `postgres://me:my-password@127.0.0.1:${await freePort()}/db`;
    expect(await refusal({ variables: { DATABASE_URL } })).toMatchObject({
      code: 1,
      said: expect.stringContaining('does not answer'),
    });
  });

  it("the name of Postgres' host cannot be resolved yet", async () => {
    const DATABASE_URL = 'postgres://me:my-password@postgres.invalid/db';
    expect(await refusal({ variables: { DATABASE_URL } })).toMatchObject({ code: 1 });
  });

  it('the store is locked by another process', async () => {
    const folder = newFolder();
    const other = new DatabaseSync(join(folder, 'store.db'), { timeout: 10_000 });
    onTestFinished(() => other.close());
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE migration (number)');
    expect(await refusal({ folder })).toMatchObject({ code: 1, said: expect.stringContaining('busy') });
  });

  it.skipIf(!mounts)('its disk is full', async () => {
    const folder = newFolder();
    const script = `mount -t tmpfs -o size=100k none "$0" && head -c 96k /dev/zero > "$0/filler"; exec "$@"`;
    const through = ['unshare', '-m', 'sh', '-c', script, folder];
    expect(await refusal({ folder, through })).toMatchObject({
      code: 1,
      said: expect.stringMatching(/is full|disk|space/),
    });
  });

  it('another process still has the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const PORT = String(typeof address === 'object' && address !== null ? address.port : 0);
    expect(await refusal({ variables: { PORT } })).toMatchObject({
      code: 1,
      said: expect.stringContaining('--port'),
    });
  });

  it.each(['192.0.2.1', 'serve.invalid'])('this machine does not have the address %s', async (HOST) => {
    expect(await refusal({ variables: { HOST } })).toMatchObject({
      code: 1,
      said: expect.stringContaining('--host'),
    });
  });
});

describe('serve exits 2, because a restart alone would not help, if', () => {
  it('the folder of the store is closed to its user', async () => {
    const folder = newFolder();
    if (root) chownSync(folder, NOBODY, NOBODY);
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    if (root) chownSync(closed, NOBODY, NOBODY);
    chmodSync(closed, 0o500);
    const variables = { DATABASE_URL: `sqlite:${closed}/store.db` };
    expect(await refusal({ folder, variables, through: asNobody })).toMatchObject({
      code: 2,
      said: expect.stringContaining(closed),
    });
  });

  it('a folder cannot be created, as under /proc: reported at once', async () => {
    const variables = { DATABASE_URL: 'sqlite:/proc/x/y/store.db' };
    expect(await refusal({ variables })).toMatchObject({ code: 2, said: expect.stringContaining('/proc/x') });
  });

  it('a file is where a folder has to be', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), '');
    const variables = { DATABASE_URL: `sqlite:${folder}/file/store.db` };
    expect(await refusal({ folder, variables })).toMatchObject({ code: 2 });
  });

  it('the store is not a database: the file and its permissions stay', async () => {
    const folder = newFolder();
    const path = join(folder, 'store.db');
    writeFileSync(path, 'This is a letter, not a database.');
    chmodSync(path, 0o644);
    expect(await refusal({ folder })).toMatchObject({
      code: 2,
      said: expect.stringContaining('not a database'),
    });
    expect(readFileSync(path, 'utf8')).toBe('This is a letter, not a database.');
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it('the store is the database of another program: not a byte of it is changed', async () => {
    const folder = newFolder();
    const path = join(folder, 'store.db');
    const kratos = new DatabaseSync(path);
    kratos.exec('CREATE TABLE identities (id); CREATE TABLE schema_migration (version)');
    kratos.close();
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    expect(await refusal({ folder })).toMatchObject({
      code: 2,
      said: expect.stringContaining('another program'),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o644);
  });

  it.each(['?_fk=true&mode=rwc', '?mode=memory'])(
    'DATABASE_URL has parameters, as in a Kratos configuration: %s',
    async (query) => {
      const folder = newFolder();
      const variables = { DATABASE_URL: `sqlite://${folder}/k.db${query}` };
      expect(await refusal({ folder, variables })).toMatchObject({
        code: 2,
        said: expect.stringContaining('DATABASE_URL'),
      });
    },
  );
});

it('a file that others could read becomes private to its owner when serve opens it', async () => {
  const sandbox = await aSandbox();
  const first = await aServe(sandbox);
  await first.stop();
  chmodSync(first.storePath, 0o644);
  const again = await aServe(sandbox, { folder: first.folder });
  for (const file of [again.storePath, `${again.storePath}-wal`, `${again.storePath}-shm`])
    expect([file, statSync(file).mode & 0o777]).toEqual([file, 0o600]);
});

test('the systemd unit restarts serve without a limit, but not after exit code 2', () => {
  const unit = readFileSync(
    fileURLToPath(new URL('../../../deploy/ory-zoho.service', import.meta.url)),
    'utf8',
  );
  expect(unit).toContain('\nRestart=on-failure\n');
  expect(unit).toContain('\nRestartPreventExitStatus=2\n');
  // By default systemd gives up after ten starts, which take a minute.
  expect(unit).toContain('\nStartLimitIntervalSec=0\n');
});
