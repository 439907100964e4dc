import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { newFolder } from '../e2e/processes/serve-process.ts';

const UNIT = readFileSync(fileURLToPath(new URL('../../deploy/ory-zoho.service', import.meta.url)), 'utf8');
/** On the scale of `systemd-analyze security`, from 0 to 100. It calls up to 30 OK. */
const EXPOSED_AT_MOST = 20;

const skipped =
  spawnSync('systemd-analyze', ['--version']).error !== undefined && process.env['CI'] !== 'true';
if (skipped) process.stderr.write('test/deploy/systemd.test.ts is skipped: no `systemd-analyze` on PATH\n');

/** The unit with a program that exists on this machine. */
function unitFile(): string {
  const file = join(newFolder(), 'ory-zoho.service');
  writeFileSync(file, UNIT.replace('ExecStart=ory-zoho', `ExecStart=${process.execPath}`));
  return file;
}

describe.skipIf(skipped)('the systemd unit', () => {
  test('is accepted by systemd without a warning', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unitFile()], {
      encoding: 'utf8',
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  });

  test('leaves the service little power to do harm', () => {
    const threshold = `--threshold=${EXPOSED_AT_MOST}`;
    const { status } = spawnSync('systemd-analyze', ['security', '--offline=yes', threshold, unitFile()]);
    expect(status).toBe(0);
  });
});

test('keeps the store in the folder that systemd creates for it', () => {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(UNIT)?.[1];
  expect(value('WorkingDirectory')).toBe(`/var/lib/${value('StateDirectory')}`);
  expect(UNIT).toContain(`DATABASE_URL=sqlite:${value('WorkingDirectory')}/`);
});
