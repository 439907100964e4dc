import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { eventually, newFolder } from '../e2e/processes/serve-process.ts';
import { aSandbox, aServe } from '../e2e/processes/setup.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The instructions of the Dockerfile, with continued lines joined. */
const instructions = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));

function sourcesCopied(): string[] {
  return instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
}

test('the Dockerfile copies only files that exist and that .dockerignore lets in', () => {
  const letIn = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(sourcesCopied().filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(sourcesCopied().filter((path) => !letIn.includes(path.split('/')[0] ?? ''))).toEqual([]);
});

test('the image has everything the package has, except its README and examples', () => {
  const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(read('package.json')));
  const inImage = instructions
    .slice(instructions.findLastIndex((line) => line.startsWith('FROM ')))
    .filter((line) => line.startsWith('COPY '))
    .flatMap((line) => line.split(/\s+/).filter((word) => !word.startsWith('--') && word !== 'COPY'))
    .map((path) => path.replace('/app/', ''));
  const outside = files.filter((file) => !file.startsWith('!') && !inImage.includes(file));
  expect(outside.toSorted()).toEqual(['README.md', 'examples']);
});

const root = process.getuid?.() === 0;
const NOBODY = 65_534;
const WRITING = /^\d+ +(?:openat\(.*O_(?:WRONLY|RDWR|CREAT)|mkdir|rename|unlink|link|symlink|creat).*= \d+$/;

const skipped = spawnSync('strace', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped) process.stderr.write('test/deploy/container.test.ts is skipped in part: no `strace` on PATH\n');

describe.skipIf(skipped)('as another user with one folder to write to', () => {
  test('serve takes webhooks in, delivers, stops, and writes nowhere else', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    if (root) chownSync(folder, NOBODY, NOBODY);
    const trace = join(newFolder(), 'trace');
    const calls = 'openat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,creat';
    const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
    const serve = await aServe(sandbox, {
      folder,
      through: ['strace', '-D', '-f', '-e', `trace=${calls}`, '-o', trace, ...(root ? drop : [])],
    });
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    expect((await serve.send(identity, 'registration')).status).toBe(200);
    await eventually(() => serve.outcomes(identity.id).length === 1);
    expect(await serve.stop()).toBe(0);

    const writes = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => WRITING.test(line));
    expect(writes.filter((line) => line.includes('store.db')).length).toBeGreaterThan(0);
    expect(writes.filter((line) => !line.includes(`"${folder}/`) && !line.includes('"/dev/null"'))).toEqual(
      [],
    );
  });
});

describe('the health check of the image', () => {
  const line = instructions.find((one) => one.startsWith('HEALTHCHECK ')) ?? '';
  const [, ...args] = z.array(z.string()).parse(JSON.parse(line.replace(/^.*CMD /, '')));

  async function checked(port: string): Promise<unknown> {
    const child = spawn(process.execPath, args, { env: { PORT: port }, stdio: 'inherit' });
    return (await once(child, 'exit'))[0];
  }

  test('succeeds while webhooks are taken in, and fails when serve is gone', async () => {
    const serve = await aServe(await aSandbox());
    const { port } = new URL(serve.url);
    expect(await checked(port)).toBe(0);
    await serve.kill();
    expect(await checked(port)).toBe(1);
  });
});

const compose = z.object({
  services: z.object({
    'ory-zoho': z.object({
      environment: z.record(z.string(), z.string()),
      volumes: z.array(z.string()),
      tmpfs: z.string(),
      read_only: z.literal(true),
      stop_grace_period: z.string(),
    }),
    db: z.object({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) }),
  }),
  volumes: z.record(z.string(), z.null()),
});

test('the compose file has one database for both, and one place to write to', () => {
  const { services } = compose.parse(parse(read('deploy/compose.yaml')));
  const { environment, tmpfs } = services['ory-zoho'];
  const url = new URL((environment['DATABASE_URL'] ?? '').replace(/\$\{[^}]*\}/, 'secret'));
  expect({ user: url.username, database: url.pathname.slice(1) }).toEqual({
    user: services.db.environment['POSTGRES_USER'],
    database: services.db.environment['POSTGRES_DB'],
  });
  const [volume = ''] = instructions.filter((line) => line.startsWith('VOLUME ')).map((one) => one.slice(7));
  expect(tmpfs.split(':')[0]).toBe(volume);
});
