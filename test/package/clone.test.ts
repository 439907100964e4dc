import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { isInRange } from '../../src/commands/doctor/version-range.ts';

const BIN = fileURLToPath(new URL('../../bin/ory-zoho.js', import.meta.url));
const { engines, scripts } = z
  .object({ engines: z.object({ node: z.string() }), scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

const VERSIONS = ['18.20.8', '20.19.5', '22.19.0', '22.22.1', '22.22.2', '22.30.0', '23.11.1', '24.0.0'];
VERSIONS.push('24.14.9', '24.15.0', '24.21.0', '25.9.0', '26.0.0', '30.1.0');

test.each(VERSIONS)('on Node %s the command starts only if package.json allows that version', (version) => {
  const versions = JSON.stringify({ ...process.versions, node: version });
  const disguise = `data:text/javascript,Object.defineProperty(process,'versions',{value:${encodeURIComponent(versions)}})`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', disguise, BIN, '--version'], {
    encoding: 'utf8',
  });
  if (isInRange(version, engines.node)) {
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return;
  }
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`this is Node ${version}. Install a newer one from https://nodejs.org`);
});

test('npm start runs serve', () => {
  expect(scripts['start']).toBe('node bin/ory-zoho.js serve');
});

test('the command is executable in git, so npx changes nothing', () => {
  expect(statSync(BIN).mode & 0o111).toBe(0o111);
});
