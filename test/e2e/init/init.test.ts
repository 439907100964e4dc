import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { InitProcess, modeOf, profileFile, profileIn, secretsOf } from '../processes/init-process.ts';
import type { InitRun } from '../processes/init-process.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';

const UNIQUE = { caseSensitive: false };

/** All answers as flags. */
function flags(sandbox: Sandbox, code: string, change: { readonly [flag: string]: string } = {}): string[] {
  const given = {
    connect: 'self-client',
    'client-id': sandbox.zoho.clientId,
    code,
    'ory-url': sandbox.ory.adminUrl,
    'ory-id-field': 'create',
    adopt: 'overwrite',
    ...change,
  };
  return Object.entries(given).flatMap(([flag, value]) => [`--${flag}`, value]);
}

/** An init that ends by itself. */
async function initOf(sandbox: Sandbox, run: InitRun) {
  const process = new InitProcess(sandbox, { variables: secretsOf(sandbox), ...run });
  return { process, code: await process.exited };
}

async function connected(sandbox: Sandbox, change: { readonly [flag: string]: string } = {}) {
  const args = flags(sandbox, await sandbox.control.issueCode(), change);
  const run = await initOf(sandbox, { args });
  expect(run.process.stderr).not.toContain('Error:');
  expect(run.code).toBe(0);
  return run.process;
}

describe('init with flags only', () => {
  test('asks nothing, saves a profile that only its owner can read, and names the next commands', async () => {
    const sandbox = await aSandbox({ identities: 30 });
    const code = await sandbox.control.issueCode();
    const args = [...flags(sandbox, code), '--public-url', 'https://sync.example.com/'];
    const { process, code: exit } = await initOf(sandbox, { args });
    process.hides(code);
    expect(exit).toBe(0);
    expect(process.output).not.toContain('?');
    expect(modeOf(profileFile(process.folder))).toBe(0o600);
    expect(profileIn(process.folder)).toEqual({
      ZOHO_CLIENT_ID: sandbox.zoho.clientId,
      ZOHO_CLIENT_SECRET: sandbox.zoho.clientSecret,
      ZOHO_REFRESH_TOKEN: expect.stringMatching(/^1000\./),
      ZOHO_API_BASE_URL: `${sandbox.url}/crm/v8`,
      ZOHO_ACCOUNTS_URL: sandbox.url,
      ORY_WEBHOOK_SECRET: expect.stringMatching(/^[0-9a-f]{64}$/),
      ORY_ADMIN_URL: sandbox.ory.adminUrl,
      ORY_PROJECT_API_KEY: sandbox.ory.apiKey,
      ORY_ID_FIELD: 'Ory_Identity_ID',
      ORY_ZOHO_PUBLIC_URL: 'https://sync.example.com',
    });
    for (const text of ['ory-zoho serve', 'ory-zoho actions print', 'ory-zoho doctor', 'Sandbox Ltd']) {
      expect(process.stdout).toContain(text);
    }
    expect(process.stderr).toContain('of 30 identities, 30 have an email');
  });

  test('tries the mapping on the schemas of a project without identities', async () => {
    const process = await connected(await aSandbox());
    expect(process.stderr).toContain('schema preset://basic: its traits have an email and a name');
  });

  test('says for how many identities the last name was made up, with examples', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: 'kim@example.org', name: 'Kim Oh' } });
    await sandbox.control.createIdentity({ traits: { email: 'ann.lee@example.org' } });
    const process = await connected(sandbox);
    expect(process.stderr).toContain(
      'the last name was made up for 1 of 2 identities: ann.lee@example.org -> ann.lee.',
    );
  });

  test('names every missing flag where it cannot ask, and uses up no code', async () => {
    const sandbox = await aSandbox();
    const args = ['--connect', 'self-client', '--code', 'x'];
    const { process, code } = await initOf(sandbox, { args, variables: { ZOHO_ACCOUNTS_URL: '' } });
    expect(code).toBe(2);
    for (const flag of [
      '--ory-url',
      '--client-id',
      'ZOHO_CLIENT_SECRET',
      '--data-center',
      '--ory-id-field',
      '--adopt',
    ]) {
      expect(process.stderr).toContain(flag);
    }
    expect(await sandbox.control.requests('token')).toEqual([]);
    expect(profileIn(process.folder)).toBeUndefined();
  });

  test('sends a test contact and deletes it again', async () => {
    const sandbox = await aSandbox();
    const process = await connected(sandbox, { 'test-contact': 'yes' });
    expect(process.stderr).toContain('Zoho accepted a test contact');
    expect(await sandbox.control.contacts()).toEqual([]);
    const { calls } = await sandbox.control.counters();
    expect(calls).toMatchObject({ upsert: 1, delete: 1 });
  });

  test('reads secrets from stdin raw, and writes a .env from which they are read back unchanged', async () => {
    const sandbox = await aSandbox();
    const secret = 'a#b $HOME "quoted" \\n \\';
    const args = [
      ...flags(sandbox, await sandbox.control.issueCode()),
      '--secrets-stdin',
      '--write-env',
      'our.env',
    ];
    const secrets = { ...secretsOf(sandbox), ORY_WEBHOOK_SECRET: secret };
    const stdin = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
    const { process, code } = await initOf(sandbox, { args, stdin: stdin.join(''), variables: {} });
    expect(code).toBe(0);
    const file = join(process.folder, 'our.env');
    expect(modeOf(file)).toBe(0o600);
    expect(parseEnv(readFileSync(file, 'utf8'))).toEqual(profileIn(process.folder));
    expect(profileIn(process.folder)).toMatchObject(secrets);
  });
});

describe('init refuses, names the fix, and saves nothing', () => {
  async function refused(sandbox: Sandbox, run: InitRun, exit: number, ...texts: readonly string[]) {
    const { process, code } = await initOf(sandbox, run);
    for (const text of texts) expect(process.stderr).toContain(text);
    expect(code).toBe(exit);
    expect(profileIn(process.folder)).toBeUndefined();
    return process;
  }

  test('a code that was used before', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode());
    expect((await initOf(sandbox, { args })).code).toBe(0);
    await refused(sandbox, { args }, 4, 'invalid_code', 'Generate a new code');
  });

  test('a code that has expired', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode());
    await sandbox.control.advanceClock(10 * 60_000);
    await refused(sandbox, { args }, 4, 'invalid_code', 'it has expired');
  });

  test('a client that this data center does not know', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'client-id': '1000.OTHER' });
    await refused(sandbox, { args }, 4, 'invalid_client', '--data-center');
  });

  test('a wrong client secret', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode());
    const variables = { ...secretsOf(sandbox), ZOHO_CLIENT_SECRET: 'not-the-secret' };
    const process = await refused(
      sandbox,
      { args, variables },
      4,
      'invalid_client_secret',
      'Copy the secret',
    );
    process.hides('not-the-secret');
  });

  test('a connection that may not write contacts, with the scopes to ask for', async () => {
    const sandbox = await aSandbox();
    const code = await sandbox.control.issueCode(['ZohoCRM.modules.contacts.READ', 'ZohoCRM.settings.ALL']);
    const args = flags(sandbox, code);
    await refused(sandbox, { args }, 4, 'update contacts', 'ZohoCRM.modules.contacts.ALL,ZohoCRM.coql.READ,');
  });

  test('adopt: fill without COQL', async () => {
    const sandbox = await aSandbox();
    const code = await sandbox.control.issueCode(['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.settings.ALL']);
    const args = flags(sandbox, code, { adopt: 'fill' });
    const process = await refused(sandbox, { args }, 4, 'ZohoCRM.coql.READ: look up');
    expect(existsSync(join(process.folder, 'ory-zoho.mapping.yaml'))).toBe(false);
  });

  test('an answer without a refresh token', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.addFault({
      on: { operation: 'token' },
      effect: { status: 200, body: '{"access_token":"1000.a.b","expires_in":3600}' },
    });
    const args = flags(sandbox, await sandbox.control.issueCode());
    await refused(sandbox, { args }, 4, 'no refresh token', '--connect browser');
  });

  test('an API host that is not of the data center', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.addFault({
      on: { operation: 'token' },
      effect: {
        status: 200,
        body: '{"access_token":"1000.a.b","refresh_token":"1000.r.r","api_domain":"https://www.zohoapis.example"}',
      },
    });
    const args = flags(sandbox, await sandbox.control.issueCode());
    await refused(sandbox, { args }, 2, 'https://www.zohoapis.example');
  });

  test('a wrong Ory key, before the code is used up', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode());
    const variables = { ...secretsOf(sandbox), ORY_PROJECT_API_KEY: 'ory_wak_of-a-workspace' };
    const process = await refused(sandbox, { args, variables }, 4, 'workspace key', 'project API key');
    process.hides('ory_wak_of-a-workspace');
    expect(await sandbox.control.requests('token')).toEqual([]);
    expect((await initOf(sandbox, { args })).code).toBe(0);
  });

  test("an address that is not the admin API's", async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'ory-url': `${sandbox.url}/elsewhere` });
    await refused(sandbox, { args }, 1, '--ory-url');
    expect(await sandbox.control.requests('token')).toEqual([]);
  });

  test('a third unique field, naming the two existing ones', async () => {
    const sandbox = await aSandbox({
      fields: [
        { apiName: 'Tax_No', unique: UNIQUE },
        { apiName: 'Badge', unique: UNIQUE },
      ],
    });
    const args = flags(sandbox, await sandbox.control.issueCode());
    await refused(sandbox, { args }, 1, '2 unique fields per module', 'Tax_No, Badge', '--ory-id-field none');
  });

  test.each([
    ['Nowhere', 'there is no such field'],
    ['Title', 'it is not unique'],
    ['Email', 'it is not single-line text (email)'],
    ['Short', 'it takes 20 characters'],
    ['Hidden', 'it is read-only or hidden'],
  ])('%s as the Ory-id field', async (name, why) => {
    const sandbox = await aSandbox({
      fields: [
        { apiName: 'Short', unique: UNIQUE, length: 20 },
        { apiName: 'Hidden', unique: UNIQUE, visible: false },
      ],
    });
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'ory-id-field': name });
    await refused(sandbox, { args }, 2, why);
  });

  test('a test contact that Zoho refuses', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { refuseField: { apiName: 'Last_Name', code: 'INVALID_DATA' } },
    });
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'test-contact': 'yes' });
    await refused(sandbox, { args }, 1, 'INVALID_DATA', 'Last_Name', '--test-contact no');
  });

  test('a .env in a missing folder, before anything else', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'write-env': 'nowhere/.env' });
    await refused(sandbox, { args }, 2, 'nowhere/.env');
    expect(await sandbox.control.requests('token')).toEqual([]);
  });

  test('data centers that contradict each other', async () => {
    const sandbox = await aSandbox();
    const args = flags(sandbox, await sandbox.control.issueCode(), { 'data-center': 'eu' });
    const variables = { ...secretsOf(sandbox), ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.in' };
    await refused(sandbox, { args, variables }, 2, 'eu, in');
  });
});

describe('init also works', () => {
  test('with the least scopes, and says what will not work', async () => {
    const sandbox = await aSandbox();
    const code = await sandbox.control.issueCode(['ZohoCRM.modules.contacts.ALL']);
    const { process, code: exit } = await initOf(sandbox, {
      args: flags(sandbox, code, { 'ory-id-field': 'none' }),
    });
    expect(exit).toBe(0);
    for (const scope of ['coql.READ', 'settings.fields.READ', 'org.READ', 'users.READ']) {
      expect(process.stderr).toContain(`Without ZohoCRM.${scope}: `);
    }
    expect(process.stderr).toContain('found only by their email');
    expect(process.stderr).toContain('merges a contact into another');
    expect(profileIn(process.folder)).not.toHaveProperty('ORY_ID_FIELD');
  });

  test('with an existing unique field', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Badge', unique: UNIQUE }] });
    const process = await connected(sandbox, { 'ory-id-field': 'Badge' });
    expect(profileIn(process.folder)).toMatchObject({ ORY_ID_FIELD: 'Badge' });
    expect(await sandbox.control.requests('create_field')).toEqual([]);
  });

  test('with a self-hosted Kratos that asks for no key', async () => {
    const sandbox = await aSandbox({ oryAuth: false });
    const { zoho } = sandbox;
    const args = flags(sandbox, await sandbox.control.issueCode());
    const { process, code } = await initOf(sandbox, {
      args,
      variables: { ZOHO_CLIENT_SECRET: zoho.clientSecret },
    });
    expect(code).toBe(0);
    expect(profileIn(process.folder)).not.toHaveProperty('ORY_PROJECT_API_KEY');
  });

  test('with the 21st refresh token, which ends the oldest', async () => {
    const sandbox = await aSandbox();
    for (let count = 1; count < 20; count += 1) await sandbox.control.issueRefreshToken();
    await connected(sandbox);
    expect(await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken)).toBe(false);
  });
});

describe('adopt', () => {
  test('fill is written into a mapping file, which the profile names', async () => {
    const sandbox = await aSandbox();
    const process = await connected(sandbox, { adopt: 'fill' });
    const file = join(process.folder, 'ory-zoho.mapping.yaml');
    expect(readFileSync(file, 'utf8')).toContain('adopt: fill');
    expect(profileIn(process.folder)).toMatchObject({ ORY_ZOHO_MAPPING: file });
    expect(process.stdout).toContain(file);
  });

  test('changes only this setting in an existing mapping file', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const file = join(folder, 'ory-zoho.mapping.yaml');
    const text = (adopt: string) =>
      `# ours\nmodule: Contacts\nadopt: ${adopt} # as agreed\nfields:\n  Email: email\n`;
    writeFileSync(file, text('overwrite'));
    const args = flags(sandbox, await sandbox.control.issueCode(), { adopt: 'fill' });
    expect((await initOf(sandbox, { args, folder })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(text('fill'));
  });
});

describe('init run again', () => {
  test('keeps the saved values and changes only the given one', async () => {
    const sandbox = await aSandbox();
    const { folder } = await connected(sandbox);
    const before = profileIn(folder);
    const args = ['--public-url', 'https://new.example'];
    const again = await initOf(sandbox, { args, folder, variables: {} });
    expect(again.process.stderr).not.toContain('Error:');
    expect(again.code).toBe(0);
    expect(profileIn(folder)).toEqual({ ...before, ORY_ZOHO_PUBLIC_URL: 'https://new.example' });
    expect((await initOf(sandbox, { args: ['--yes'], folder, variables: {} })).code).toBe(0);
    expect(profileIn(folder)).toEqual({ ...before, ORY_ZOHO_PUBLIC_URL: 'https://new.example' });
  });

  test('with a dead connection says so and keeps the profile', async () => {
    const sandbox = await aSandbox();
    const { folder } = await connected(sandbox);
    const before = profileIn(folder);
    await sandbox.control.revokeRefreshToken(before?.['ZOHO_REFRESH_TOKEN'] ?? '');
    const { process, code } = await initOf(sandbox, { folder, variables: {} });
    expect(code).toBe(4);
    expect(process.stderr).toContain('--connect self-client');
    expect(profileIn(folder)).toEqual(before);
  });

  test('warns about variables that hide the saved values', async () => {
    const sandbox = await aSandbox();
    const { folder } = await connected(sandbox);
    writeFileSync(join(folder, '.env'), "ORY_ID_FIELD='Other'\n");
    const args = flags(sandbox, await sandbox.control.issueCode());
    const variables = { ...secretsOf(sandbox), ZOHO_REFRESH_TOKEN: sandbox.zoho.refreshToken };
    const { process, code } = await initOf(sandbox, { args, folder, variables });
    expect(code).toBe(0);
    expect(process.stderr).toContain('The environment sets ZOHO_REFRESH_TOKEN to another value');
    expect(process.stderr).toContain('The .env file here sets ORY_ID_FIELD to another value');
  });
});
