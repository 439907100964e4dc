import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { InitProcess, profileFile, profileIn, secretsOf } from '../processes/init-process.ts';
import type { InitRun } from '../processes/init-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const shown = z.array(
  z.object({ name: z.string(), value: z.string().nullable(), source: z.string().nullable() }),
);

/** As Notepad saves it: with a byte order mark, and lines that end in CRLF. */
const NOTEPAD = '\uFEFFZOHO_CLIENT_ID=1000.FIRST\r\nHOST=127.0.0.1\r\nPORT="3999"\r\n';

describe('a .env file', () => {
  test.each([
    ['UTF-8 with a byte order mark and CRLF', Buffer.from(NOTEPAD)],
    ['UTF-16, as PowerShell redirects it', Buffer.from(NOTEPAD, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(NOTEPAD, 'utf16le').swap16()],
    ['lines that end in CR alone', Buffer.from(NOTEPAD.replaceAll('\n', ''))],
  ])('in %s is read completely', async (_name, bytes) => {
    const folder = newFolder();
    writeFileSync(join(folder, '.env'), bytes);
    const { stdout } = await runCommand(['config', 'show', '--json'], { folder });
    const values = shown.parse(JSON.parse(stdout)).filter(({ source }) => source === '.env');
    expect(Object.fromEntries(values.map(({ name, value }) => [name, value]))).toEqual({
      ZOHO_CLIENT_ID: '1000.FIRST',
      HOST: '127.0.0.1',
      PORT: '3999',
    });
  });

  test.each([
    ['UTF-16 without a byte order mark', Buffer.from('PORT=3999\n', 'utf16le')],
    ['Latin-1', Buffer.from('PORT=3999\nHOST=zoë\n', 'latin1')],
  ])('in %s is refused as a whole, with what to do', async (_name, bytes) => {
    const folder = newFolder();
    writeFileSync(join(folder, '.env'), bytes);
    const { code, stdout, stderr } = await runCommand(['config', 'show'], { folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/\.env is not UTF-8 text\.\nSave it as UTF-8/);
  });
});

describe('other files that people write in an editor', () => {
  const save = (folder: string, name: string, text: string) =>
    writeFileSync(join(folder, name), Buffer.from(`\uFEFF${text}`, 'utf16le'));

  test('a mapping and an identity in UTF-16 are read correctly', async () => {
    const folder = newFolder();
    save(folder, 'm.yaml', 'fields:\r\n  Email: email\r\n  Last_Name: "\'Zoë\'"\r\n');
    save(folder, 'ann.json', '{ "traits": { "email": "ann@example.org" } }');
    const args = ['mapping', 'preview', '--file', 'm.yaml', '--identity', 'ann.json', '--json'];
    const { code, stdout } = await runCommand(args, { folder });
    expect(code).toBe(0);
    expect(stdout).toContain('Zoë');
    expect(stdout).toContain('ann@example.org');
  });

  test('a list of emails in UTF-16 selects the right identities', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann' } });
    const folder = newFolder();
    save(folder, 'emails.txt', 'ann@example.org\r\n');
    const variables = connectionTo(sandbox, folder);
    const { code, stdout } = await runCommand(['sync', '--file', 'emails.txt', '--json'], {
      folder,
      variables,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('"created"') });
  });

  test('a mapping that is not text is refused as a whole', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'm.yaml'), Buffer.from('fields: { Email: email } # Zoë\n', 'latin1'));
    const { code, stdout, stderr } = await runCommand(['mapping', 'check', '--file', 'm.yaml'], { folder });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('it is not UTF-8 text');
  });
});

describe('init --write-env', () => {
  async function initInto(run: InitRun & { readonly folder: string }) {
    const sandbox = await aSandbox();
    const args = ['--connect', 'self-client', '--client-id', sandbox.zoho.clientId];
    args.push('--code', await sandbox.control.issueCode(), '--ory-url', sandbox.ory.adminUrl);
    args.push('--ory-id-field', 'none', '--adopt', 'overwrite', '--write-env', '.env');
    const process = new InitProcess(sandbox, { variables: secretsOf(sandbox), args, ...run });
    return { process, code: await process.exited, file: join(run.folder, '.env') };
  }

  test('follows a symbolic link to the file, keeps its line breaks, and leaves the link a link', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'secrets'));
    const target = join(folder, 'secrets', 'env');
    writeFileSync(target, '\uFEFF# ours\r\nPORT=4000\r\n');
    symlinkSync(target, join(folder, '.env'));
    const { ino } = statSync(target);
    const { code, file } = await initInto({ folder });
    expect(code).toBe(0);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(target)).toMatchObject({ ino });
    const text = readFileSync(target, 'utf8');
    expect(text).toMatch(/^# ours\r\nPORT=4000\r\n/);
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(parseEnv(text)).toEqual({ ...profileIn(folder), PORT: '4000' });
  });

  test('on a full disk leaves the file as it was, and says what was saved and what was not', async () => {
    const folder = newFolder();
    const before = `${'# a long comment of ours\n'.repeat(480)}PORT=4000\n`;
    writeFileSync(join(folder, '.env'), before);
    // A limit on the size of files stands in for a full disk.
    const prelude = "unset NODE_COMPILE_CACHE; trap '' XFSZ; ulimit -f 24";
    const { process, code, file } = await initInto({ folder, prelude });
    expect(code).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(profileIn(folder)).toHaveProperty('ZOHO_REFRESH_TOKEN');
    expect(process.stderr.trimEnd().split('\n').slice(-4)).toEqual([
      'Error: Not everything was saved.',
      expect.stringMatching(/^ {2}not saved: \.env \(\.env cannot be written: EFBIG/),
      '  saved: the profile',
      expect.stringMatching(/^Give --write-env .* Then run `ory-zoho init` again\.$/),
    ]);
  });

  test('still writes the file where the profile cannot be saved, and says so', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'config'), 'no folder');
    const { process, code, file } = await initInto({ folder });
    expect(code).toBe(2);
    expect(parseEnv(readFileSync(file, 'utf8'))).toHaveProperty('ZOHO_REFRESH_TOKEN');
    expect(process.stderr).toContain(`  not saved: the profile (${profileFile(folder)} cannot be written: `);
    expect(process.stderr).toContain('  saved: .env\n');
  });
});
