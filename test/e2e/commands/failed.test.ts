import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const LONG_PHONE = '0123456789 0123456789 0123456789 012345678';

async function signUp(sandbox: Sandbox, serve: ServeProcess, traits: Record<string, string>) {
  const identity = await sandbox.control.createIdentity({ traits });
  await serve.send(identity, 'registration');
  await eventually(() => serve.outcomes(identity.id).length > 0);
  return identity;
}

/** Zoho makes the phone mandatory in this module, so it refuses the whole record for a bad one. */
const STRICT = { fields: [{ apiName: 'Phone', mandatory: true }] };

async function command(sandbox: Sandbox, serve: ServeProcess, ...args: string[]) {
  const variables = connectionTo(sandbox, serve.folder);
  const result = await runCommand(['failed', ...args], { folder: serve.folder, variables });
  expectNoSecret(result, sandbox);
  return result;
}

async function json(sandbox: Sandbox, serve: ServeProcess, ...args: string[]) {
  const { stdout, code } = await command(sandbox, serve, ...args, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('failed list', () => {
  it('says that nothing has failed, and that there is no store yet', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const none = await runCommand(['failed', 'list'], { folder, variables: connectionTo(sandbox, folder) });
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('There is no store');
    const serve = await aServe(sandbox);
    expect(await command(sandbox, serve, 'list')).toMatchObject({
      code: 0,
      stdout: 'Nothing has failed.\n',
    });
    expect(await json(sandbox, serve, 'list')).toEqual([]);
  });

  it('shows which identities Zoho refused and why, beside a running serve', async () => {
    const sandbox = await aSandbox(STRICT);
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org', phone: LONG_PHONE });
    const bob = await signUp(sandbox, serve, { email: 'bob@example.org' });
    await signUp(sandbox, serve, { email: 'eve@example.org', phone: '+49 1' });

    const { stdout } = await command(sandbox, serve, 'list');
    expect(stdout).toMatch(/^2 failed: 1 zoho_invalid_data, 1 zoho_mandatory_not_found\n\nIDENTITY /);
    expect(stdout).toMatch(new RegExp(`^${bob.id}  \\d+ s ago +zoho_mandatory_not_found  Phone  bob@`, 'm'));
    expect(await json(sandbox, serve, 'list', '--reason', 'zoho_invalid_data')).toEqual([
      {
        identity_id: ann.id,
        email: 'ann@example.org',
        reason: 'zoho_invalid_data',
        code: 'INVALID_DATA',
        field: 'Phone',
        message: 'invalid data',
        hint: expect.stringContaining(`ory-zoho failed retry ${ann.id}`),
        attempts: 1,
        failed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    ]);
    const emails = (await json(sandbox, serve, 'list', '--email', 'Bob@Example.org')).map(
      (row: { email: string }) => row.email,
    );
    expect(emails).toEqual(['bob@example.org']);
    const some = await command(sandbox, serve, 'list', '--limit', '1');
    expect(some.stderr).toContain('1 of 2');
  });
});

describe('failed show', () => {
  it('says in words what is wrong, where it comes from, and what Zoho answered', async () => {
    const sandbox = await aSandbox(STRICT);
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org', phone: LONG_PHONE });
    const { stdout, code } = await command(sandbox, serve, 'show', 'ANN@example.org');
    expect(code).toBe(0);
    expect(stdout).toContain('traits.phone -> Phone: Zoho takes 30 characters at most, got 42');
    expect(stdout).toMatch(/traits\.email +-> Email +"ann@example.org"/);
    expect(stdout).toContain('"maximum_length":30');
    expect(await json(sandbox, serve, 'show', ann.id)).toMatchObject([
      { identity_id: ann.id, module: 'Contacts', mapping_changed: false, event: 'registration' },
    ]);
    const nobody = await command(sandbox, serve, 'show', 'nobody@example.org');
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect((await command(sandbox, serve, 'show', 'ann')).code).toBe(2);
  });
});

describe('failed retry', () => {
  it('delivers again after Zoho was corrected, without a change in Ory', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      times: 2,
      effect: { refuseField: { apiName: 'Email', code: 'INVALID_DATA' } },
    });
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org' });
    const bob = await signUp(sandbox, serve, { email: 'bob@example.org' });
    expect((await command(sandbox, serve, 'retry')).code).toBe(2);
    const { stdout } = await command(sandbox, serve, 'retry', 'ann@example.org');
    expect(stdout).toBe('1 row is due now.\n');
    await eventually(() => serve.outcomes(ann.id).at(-1) === 'created');
    expect(serve.outcomes(bob.id)).toEqual(['failed zoho_invalid_data']);
    expect(await json(sandbox, serve, 'retry', '--all')).toEqual({ retried: 1, identity_ids: [bob.id] });
    await eventually(() => serve.outcomes(bob.id).at(-1) === 'created');
    expect((await command(sandbox, serve, 'retry', '--all')).code).toBe(1);
  });

  it('--fields sends a left-out field again, by the command that the list names', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { refuseField: { apiName: 'Phone', code: 'INVALID_DATA' } },
    });
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org', phone: '+49 1' });
    expect(serve.outcomes(ann.id)).toEqual(['created']);
    const listed = await json(sandbox, serve, 'list', '--fields');
    expect(listed).toMatchObject([{ identity_id: ann.id, fields: ['Phone'] }]);
    const { stderr } = await command(sandbox, serve, 'list', '--fields');
    const said = /`ory-zoho failed (.+)`/.exec(stderr)?.[1]?.split(' ') ?? [];
    const { stdout } = await command(sandbox, serve, ...said);
    expect(stdout).toBe('1 row is due now.\n');
    await eventually(() => serve.outcomes(ann.id).length === 2);
    expect((await sandbox.control.contacts())[0]?.fields['Phone']).toBe('+49 1');
    expect(await json(sandbox, serve, 'list', '--fields')).toEqual([]);
  });
});

describe('failed discard', () => {
  it('asks, and gives the row up', async () => {
    const sandbox = await aSandbox(STRICT);
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org', phone: LONG_PHONE });
    const unasked = await command(sandbox, serve, 'discard', ann.id);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('--yes');

    const variables = connectionTo(sandbox, serve.folder);
    const terminal = runAtTerminal(`failed discard ${ann.id}`, { folder: serve.folder, variables });
    await terminal.shown('Discard?');
    terminal.press('n\r');
    expect(await terminal.exitCode).toBe(0);
    expect(serve.rows('SELECT state FROM outbox')).toEqual([{ state: 'failed' }]);

    expect((await command(sandbox, serve, 'discard', ann.id, '--yes')).stdout).toBe('Discarded 1.\n');
    expect(serve.rows('SELECT state FROM outbox')).toEqual([]);
    expect(serve.rows('SELECT outcome FROM ledger')).toEqual([{ outcome: 'failed' }]);
  });
});

describe('a row that failed over 90 days ago', () => {
  it('is dropped by serve, counted and logged', async () => {
    const sandbox = await aSandbox(STRICT);
    const first = await aServe(sandbox);
    const ann = await signUp(sandbox, first, { email: 'ann@example.org', phone: LONG_PHONE });
    await signUp(sandbox, first, { email: 'bob@example.org', phone: LONG_PHONE });
    await first.stop();
    const days = 91 * 24 * 60 * 60 * 1_000;
    first.change(`UPDATE outbox SET failed_at = failed_at - ${days} WHERE identity_id = ?`, ann.id);
    const serve = await aServe(sandbox, { folder: first.folder });
    expect(await serve.logged((line) => line.msg.startsWith('dropped'))).toMatchObject({ rows: 1 });
    expect(serve.rows('SELECT email_key FROM outbox')).toEqual([{ email_key: 'bob@example.org' }]);
    expect(await (await fetch(`${serve.url}/metrics`)).text()).toContain('\nory_zoho_expired_total 1\n');
  });
});
