/** Zoho's own SDK for Python as a client of the sandbox. Skipped where Python or the SDK cannot be installed. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { sandboxFor } from './calls.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('zoho_sdk.py', import.meta.url));

/** Whether a virtual environment with the SDK could be made in this folder. */
async function installed(folder: string): Promise<boolean> {
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', 'zohocrmsdk8-0==7.0.0']);
    return true;
  } catch {
    return false;
  }
}

test("each answer is read into the SDK's class", async ({ skip }) => {
  const folder = await mkdtemp(join(tmpdir(), 'zoho-python-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  skip(!(await installed(folder)), 'python3 with venv, or the package zohocrmsdk8-0, is missing here');
  const { zoho, url } = await sandboxFor();
  const args = [SCRIPT, url, zoho.clientId, zoho.clientSecret, zoho.refreshToken, folder];
  const { stdout } = await run(join(folder, 'bin/python'), args);
  const lines = stdout.trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    [200, 'ActionWrapper', ['SuccessResponse']],
    [400, 'ActionWrapper', ['APIException']],
    [200, 'ResponseWrapper', ['Org']],
    [200, 'ResponseWrapper', ['Users']],
  ]);
});
