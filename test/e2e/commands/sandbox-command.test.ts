import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';

const BIN = new URL('../../../bin/ory-zoho.js', import.meta.url).pathname;

test('the .env that the sandbox prints is complete, and its store is deleted with it', async () => {
  const folder = newFolder();
  const sandbox = spawn(process.execPath, [BIN, 'sandbox', '--port', '0', '--identities', '1']);
  onTestFinished(() => void sandbox.kill());
  let printed = '';
  sandbox.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(sandbox.stderr, 'data');
  writeFileSync(join(folder, '.env'), printed);
  const store = parseEnv(printed)['DATABASE_URL']?.replace('sqlite:', '') ?? '';

  const sync = await runCommand(['sync', 'ann.tanaka.0@example.com'], { folder });
  expect(sync.stdout).toContain('created');
  const doctor = await runCommand(['doctor'], { folder });
  expect(doctor.stdout).toMatch(/^ok +configuration/m);
  expect(existsSync(store)).toBe(true);

  sandbox.kill('SIGTERM');
  await once(sandbox, 'exit');
  expect(existsSync(store)).toBe(false);
});
