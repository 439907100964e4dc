import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, newFolder } from '../e2e/processes/serve-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package, packed from a copy, because packing empties dist/, which other tests run. */
let tarball: string;
/** A folder outside the clone, with the package installed. */
let installed: string;
const running: ChildProcess[] = [];

function run(folder: string, command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    // npm uses the machine's settings. The program finds no profile and no secret.
    env: { ...process.env, XDG_CONFIG_HOME: folder, ORY_WEBHOOK_SECRET: '' },
  });
  return { status, output: `${stdout}${stderr}` };
}

function must(folder: string, command: string, ...args: string[]): string {
  const { status, output } = run(folder, command, ...args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended ${status}:\n${output}`);
  return output;
}

function copyOfTheClone(): string {
  const copy = newFolder();
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((one) => one !== '' && existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

beforeAll(() => {
  const copy = copyOfTheClone();
  must(copy, 'npm', 'pack');
  const [file = ''] = readdirSync(copy).filter((name) => name.endsWith('.tgz'));
  tarball = join(copy, file);
  installed = newFolder();
  writeFileSync(join(installed, 'package.json'), '{"private":true}');
  must(installed, 'npm', 'install', '--no-audit', '--no-fund', tarball);
}, 300_000);

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the installed program, and resolves with what `found` makes of its lines on stdout and stderr. */
async function start<T>(
  args: string[],
  env: NodeJS.ProcessEnv,
  found: (lines: readonly string[]) => T | undefined,
) {
  const child = spawn(join(installed, 'node_modules', '.bin', 'ory-zoho'), args, {
    cwd: installed,
    env: { PATH: process.env['PATH'], HOME: installed, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => lines.push(line));
  return eventually(() => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended:\n${lines.join('\n')}`);
    return found(lines);
  });
}

describe('the package', () => {
  test('holds what the program needs, but no tests, sources or maps', () => {
    const files = must(dirname(tarball), 'tar', 'tzf', tarball).trim().split('\n');
    const folders = new Set(files.map((file) => file.split('/')[1]));
    expect([...folders].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'examples',
      'jsonnet',
      'ory-actions.yaml',
      'package.json',
      'schema',
    ]);
    expect(files.filter((file) => /\.(ts|map)$|\.test\./.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith('.sql')).length).toBeGreaterThan(0);
  });

  test.each([
    ['publint', ['run', '--strict']],
    ['attw', ['--profile', 'esm-only']],
  ])('%s finds nothing', (tool, args) => {
    must(dirname(tarball), join(ROOT, 'node_modules', '.bin', tool), ...args, tarball);
  });

  test('runs without the clone: npx ./ory-zoho.tgz init --help', () => {
    const output = must(newFolder(), 'npx', '--yes', `file:${tarball}`, 'init', '--help');
    expect(output).toContain('--connect <way>');
  });

  test('says what is missing, and where to look', () => {
    const { status, output } = run(installed, join('node_modules', '.bin', 'ory-zoho'), 'serve');
    expect(status).toBe(2);
    expect(output).toContain('ory-zoho init');
  });

  test('brings a sign-up from its own webhook server to its own sandbox', async () => {
    const variables = await start(['sandbox', '--port', '0'], {}, (lines) => {
      const found = Object.fromEntries(
        lines.flatMap((line) => {
          const [, name, value] = /^([A-Z_]+)=["']?([^"']*)["']?$/.exec(line) ?? [];
          return name === undefined ? [] : [[name, value]];
        }),
      );
      return found['ZOHO_REFRESH_TOKEN'] === undefined || found['ZOHO_API_BASE_URL'] === undefined
        ? undefined
        : found;
    });
    const secret = 'a-secret-of-the-packed-one';
    const env = { ...variables, ORY_WEBHOOK_SECRET: secret, PORT: '0', HOST: '127.0.0.1' };
    const port = await start(['serve'], env, (lines) => /"port":(\d+)/.exec(lines.join('\n'))?.[1]);
    const now = new Date().toISOString();
    const identity = {
      id: '5b1f2a70-3b1c-4d0e-9a57-1f0e6a7c0001',
      traits: { email: 'ann@example.org', name: 'Ann' },
      created_at: now,
      updated_at: now,
    };
    const answer = await fetch(`http://127.0.0.1:${port}/zoho/sync-contact`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
      body: JSON.stringify({ identity }),
    });
    expect(answer.status).toBe(200);
    await eventually(async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return metrics.includes('ory_zoho_settled_total{outcome="created",reason=""} 1');
    });
  });
});
