import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MAPPING } from '../../../src/mapping/file/default-mapping.ts';
import { connectionTo, runAtTerminal, runCommand, saveProfile } from '../processes/command.ts';
import { diagnose, expectNoSecret, hookTo, writeKratos } from '../processes/doctor-run.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const ID_FIELD = { apiName: 'Ory_Identity_ID', unique: { caseSensitive: false } };

describe('doctor', () => {
  it('recommends adopt_unverified if Ory verifies emails and the mapping does not mention it', async () => {
    const sandbox = await aSandbox({ identities: 3 });
    const { findings } = await diagnose(sandbox);
    const pointed = findings.find(({ detail }) => detail.includes('with an unverified email'));
    expect(pointed).toMatchObject({ check: 'mapping', state: 'warn' });
    expect(pointed?.detail).toMatch(/\d of 3 identities have an email that Ory verifies/);
    expect(pointed?.fix).toContain('adopt_unverified: false');
  });

  it('reports that everything is fine, in the order of the data flow, and writes nothing', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD], identities: 2 });
    const serve = await aServe(sandbox);
    const folder = newFolder();
    const signUp = [hookTo(serve.url, 'registration'), { hook: 'session' }];
    const kratos = writeKratos(folder, { signUp, profile: [hookTo(serve.url, 'settings')] });
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(mapping, `adopt_unverified: true\n${DEFAULT_MAPPING}`);
    const variables = {
      ORY_ID_FIELD: 'Ory_Identity_ID',
      ORY_ZOHO_PUBLIC_URL: `${serve.url}/`,
      ORY_ZOHO_MAPPING: mapping,
    };
    const diagnosis = await diagnose(sandbox, { folder, variables, args: ['--kratos', kratos] });

    expect(diagnosis.notOk).toEqual([]);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.findings.map(({ check }) => check)).toEqual([
      'node',
      'configuration',
      'store',
      'mapping',
      'token',
      'scopes',
      'org',
      'fields',
      'ory_id_field',
      'ory',
      'hooks',
      'public_url',
      'clock',
      'credits',
      'outbox',
      'failed',
    ]);
    expect(diagnosis.of('org')).toEqual(['ok Sandbox Ltd, enterprise, production (732839500)']);
    const { calls, contacts } = await sandbox.control.counters();
    expect(calls).toMatchObject({ upsert: 0, update: 0, delete: 0, create_field: 0, ory_write: 0 });
    expect(contacts).toEqual({ Contacts: 0, Leads: 0 });
    expect(serve.rows('SELECT identity_id FROM outbox')).toEqual([]);
  });

  it('works without serve: no answer at the public URL is a warning', async () => {
    const sandbox = await aSandbox();
    const closed = await aServe(sandbox);
    const { url } = closed;
    await closed.stop();
    const diagnosis = await diagnose(sandbox, { variables: { ORY_ZOHO_PUBLIC_URL: url } });
    expect(diagnosis.of('public_url')).toEqual([
      `warn nothing answers at ${url} (ECONNREFUSED) -> Start "ory-zoho serve", and make the address lead to it.`,
    ]);
    expect(diagnosis.code).toBe(0);
  });

  it('prints a line per check with its fix on stdout, the count on stderr, without colour into a pipe', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const variables = { ...connectionTo(sandbox, folder), ZOHO_CLIENT_SECRET: 'wrong' };
    const result = await runCommand(['doctor'], { folder, variables });
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/^ok {4}node +\d+\.\d+\.\d+$/m);
    expect(result.stdout).toMatch(
      /^fail {2}token +Zoho refuses the OAuth client \(invalid_client_secret\)\.\n +-> /m,
    );
    expect(result.stdout).not.toContain('\u001b[');
    expect(result.stderr).toMatch(/^1 failed, \d+ warnings\.\n$/);
    expectNoSecret(result, sandbox);
  });

  it('is coloured at a terminal, unless NO_COLOR is set', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const atTerminal = (variables: Record<string, string>) =>
      runAtTerminal('doctor', { folder, variables: { ...connectionTo(sandbox, folder), ...variables } })
        .output;
    expect(await atTerminal({})).toContain('\u001b[32mok');
    expect(await atTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[');
  });
});

describe('doctor and the configuration', () => {
  it('that is empty: names what is missing, and which checks are therefore skipped', async () => {
    const folder = newFolder();
    const result = await runCommand(['doctor', '--json'], { folder });
    expect(result.code).toBe(1);
    const findings: { check: string; state: string; detail: string }[] = JSON.parse(result.stdout);
    expect(findings.find(({ check }) => check === 'configuration')).toMatchObject({
      state: 'fail',
      detail: expect.stringMatching(/ORY_WEBHOOK_SECRET[\s\S]*ZOHO_REFRESH_TOKEN/),
    });
    for (const check of ['store', 'mapping', 'token', 'fields', 'outbox']) {
      expect(findings.find((one) => one.check === check)).toMatchObject({
        state: 'warn',
        detail: 'not checked: configuration must work first',
      });
    }
  });

  it('with hosts of two data centers: fails, and asks neither', async () => {
    const sandbox = await aSandbox();
    const variables = {
      ZOHO_API_BASE_URL: 'https://www.zohoapis.eu/crm/v8',
      ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.com',
    };
    const diagnosis = await diagnose(sandbox, { variables });
    expect(diagnosis.of('configuration')[0]).toMatch(/^fail .*different data centers: eu, us/);
    expect(diagnosis.of('token')).toEqual([expect.stringMatching(/^warn not checked: configuration/)]);
    // Checks that do not depend on it still run.
    expect(diagnosis.of('ory')).toEqual([expect.stringMatching(/^ok/)]);
  });

  it('names a value that hides another one in the profile', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    await saveProfile(folder, { ZOHO_CLIENT_ID: '1000.SAVED', PORT: '3001' });
    const diagnosis = await diagnose(sandbox, { folder });
    expect(diagnosis.of('configuration')).toEqual([
      expect.stringMatching(/^warn ZOHO_CLIENT_ID is set in the environment and overrides another value/),
    ]);
  });

  it('warns about a secret that can be guessed', async () => {
    const sandbox = await aSandbox();
    const diagnosis = await diagnose(sandbox, { variables: { ORY_WEBHOOK_SECRET: 'hunter2' } });
    expect(diagnosis.of('configuration')).toEqual([
      expect.stringMatching(/^warn ORY_WEBHOOK_SECRET is short/),
    ]);
    expect(diagnosis.stdout).not.toContain('hunter2');
  });
});

describe('doctor and the store', () => {
  it('that is read-only: fails, and the checks that need its token cache are skipped', async () => {
    const sandbox = await aSandbox();
    const { folder } = await diagnose(sandbox);
    spawnSync('chmod', ['-R', 'a+rX,a-w', folder]);
    const root = process.getuid?.() === 0;
    const through = root ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : [];
    const diagnosis = await diagnose(sandbox, { folder, through });
    expect(diagnosis.of('store')).toEqual([
      expect.stringMatching(/^fail .*(read-only|cannot be|not written)/),
    ]);
    expect(diagnosis.of('token')).toEqual([
      expect.stringMatching(/^warn not checked: store must work first/),
    ]);
  });

  it('that is not a database: fails with the path', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    writeFileSync(join(folder, 'store.db'), 'x'.repeat(5_000));
    const diagnosis = await diagnose(sandbox, { folder });
    expect(diagnosis.of('store')).toEqual([
      expect.stringMatching(/^fail The store .*store\.db is not a database/),
    ]);
  });

  it('with rows that wait and rows that Zoho refused: warns', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.setDown(true);
    const identity = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    const other = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await serve.send(identity, 'registration');
    await serve.send(other, 'registration');
    await serve.stop();
    await sandbox.control.setDown(false);
    serve.change('UPDATE outbox SET put_at = put_at - 7200000 WHERE identity_id = ?', identity.id);
    serve.change(`UPDATE outbox SET state = 'failed', reason = 'zoho_error' WHERE identity_id = ?`, other.id);
    const diagnosis = await diagnose(sandbox, { folder: serve.folder });
    expect(diagnosis.of('outbox')).toEqual([
      expect.stringMatching(/^warn 1 undelivered, the oldest for 2 h/),
    ]);
    expect(diagnosis.of('failed')).toEqual([expect.stringMatching(/^warn 1 refused .*ory-zoho failed list/)]);
  });
});
