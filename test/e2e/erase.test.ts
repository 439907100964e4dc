import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { connectionTo, runAtTerminal, runCommand } from './command.ts';
import { expectNoSecret } from './doctor-run.ts';
import { eventually } from './serve-process.ts';
import type { ServeProcess } from './serve-process.ts';
import { aSandbox, aServe } from './setup.ts';

const ID_FIELD = { apiName: 'Ory_Identity_ID', unique: { caseSensitive: false } };

async function signUp(sandbox: Sandbox, serve: ServeProcess, email: string) {
  const identity = await sandbox.control.createIdentity({ traits: { email, name: 'Ann Private' } });
  await serve.send(identity, 'registration');
  await eventually(() => serve.outcomes(identity.id).length > 0);
  return identity;
}

async function erase(
  sandbox: Sandbox,
  serve: ServeProcess,
  args: string[],
  changes: Record<string, string> = {},
) {
  const variables = { ...connectionTo(sandbox, serve.folder), ...changes };
  const result = await runCommand(['erase', ...args], { folder: serve.folder, variables });
  expectNoSecret(result, sandbox);
  return result;
}

async function emails(sandbox: Sandbox) {
  return (await sandbox.control.contacts()).map((contact) => contact.fields['Email']);
}

async function firstContact(sandbox: Sandbox): Promise<string> {
  return (await sandbox.control.contacts())[0]?.id ?? 'none';
}

describe('erase', () => {
  it('deletes the contact and all that is held, and keeps the identity out until --lift', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await signUp(sandbox, serve, 'bob@example.org');
    const contactId = await firstContact(sandbox);

    const { code, stdout } = await erase(sandbox, serve, ['Ann@Example.org', '--yes', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      identity_id: ann.id,
      contact_ids: [contactId],
      unlinked_contact_ids: [],
      erased_at: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'erased',
    });
    expect(code).toBe(0);
    expect(await emails(sandbox)).toEqual(['bob@example.org']);
    const [left] = serve.rows('SELECT * FROM ledger WHERE identity_id = ?', ann.id);
    expect(left).toMatchObject({ contact_id: null, sent: '{}', content_hash: null, version: null });
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);

    const changed = await sandbox.control.updateIdentity(ann.id, { traits: { email: 'ann@example.org' } });
    await serve.send(changed, 'settings');
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);
    const again = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'erased', contact_ids: [] });

    const lifted = await erase(sandbox, serve, [ann.id, '--lift', '--json']);
    expect(JSON.parse(lifted.stdout)).toMatchObject({
      identity_id: ann.id,
      state: 'lifted',
      erased_at: null,
    });
    await serve.send(changed, 'settings');
    await eventually(async () => (await emails(sandbox)).includes('ann@example.org'));
    expect(await erase(sandbox, serve, [ann.id, '--lift'])).toMatchObject({ code: 1 });
  });

  it('does it itself where no serve runs, and delivers nothing else', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await sandbox.control.setDown(true);
    const bob = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await serve.send(bob, 'registration');
    await serve.stop();
    await sandbox.control.setDown(false);
    const { code, stdout } = await erase(sandbox, serve, ['ann@example.org', '--yes']);
    expect(stdout).toMatch(new RegExp(`^Erased ${ann.id}, .*deleted in Zoho: \\d+`));
    expect(code).toBe(0);
    expect(await emails(sandbox)).toEqual([]);
    expect(serve.rows('SELECT identity_id FROM outbox')).toEqual([{ identity_id: bob.id }]);
  });

  it('asks, and says what goes and what stays: a contact that was never ours is named, not deleted', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await signUp(sandbox, serve, 'ann@example.org');
    const { id } = await sandbox.control.putContact(null, {
      Email: 'ann@example.org',
      Last_Name: 'Customer',
    });
    const unasked = await erase(sandbox, serve, ['ann@example.org']);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toContain('--yes');
    expect(unasked.stderr).toContain(`NOT erased: contact ${id}, Customer, ann@example.org`);
    expect(unasked.stderr).toMatch(/^Contact +\d+, Ann Private, ann@example.org$/m);

    const variables = connectionTo(sandbox, serve.folder);
    const terminal = runAtTerminal('erase ann@example.org', { folder: serve.folder, variables });
    await terminal.shown('Erase ');
    terminal.press('y\r');
    expect(await terminal.exitCode).toBe(0);
    expect(await sandbox.control.contacts()).toMatchObject([{ id }]);
  });

  it('finds the contact by the Ory id it carries, though no link is known', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const variables = { ORY_ID_FIELD: 'Ory_Identity_ID' };
    const serve = await aServe(sandbox, { variables });
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    serve.change('DELETE FROM ledger');
    const { stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json'], variables);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', contact_ids: [expect.any(String)] });
    expect(await emails(sandbox)).toEqual([]);
  });

  it('of nobody: not found, and no identity is guessed among several', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const variables = { ORY_ID_FIELD: 'Ory_Identity_ID' };
    const serve = await aServe(sandbox, { variables });
    const nobody = await erase(sandbox, serve, ['nobody@example.org', '--yes', '--json'], variables);
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.stdout)).toMatchObject({ identity_id: null, state: 'not_found' });

    const ann = await signUp(sandbox, serve, 'ann@example.org');
    const other = '0f1c2d3e-0000-4000-8000-000000000001';
    const fields = { Email: 'ann@example.org', Last_Name: 'Lee', Ory_Identity_ID: other };
    await sandbox.control.putContact(null, fields);
    const several = await erase(sandbox, serve, ['ann@example.org', '--yes'], variables);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain(ann.id);
    expect(several.stderr).toContain(other);
    expect(await emails(sandbox)).toHaveLength(2);
  });

  it('finds whose contact has another email in Zoho by now, and whom only Ory knows', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    const id = await firstContact(sandbox);
    await sandbox.control.putContact(id, { Email: 'ann@work.example' });
    await sandbox.control.deleteIdentity(ann.id);
    const eve = await sandbox.control.createIdentity({ traits: { email: 'eve@example.org' } });
    const { stdout } = await erase(sandbox, serve, ['ann@example.org', '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ identity_id: ann.id, contact_ids: [id], state: 'erased' });
    expect(await emails(sandbox)).toEqual([]);
    await erase(sandbox, serve, ['eve@example.org', '--yes']);
    await serve.send(eve, 'registration');
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);
  });

  it('while Zoho is away: queued, and serve does it later', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await serve.stop();
    await sandbox.control.setDown(true);
    const unknown = await erase(sandbox, serve, ['nobody@example.org', '--yes']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('not all could be asked');
    const { code, stdout, stderr } = await erase(sandbox, serve, [ann.id, '--yes', '--json', '--wait', '2']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'queued', contact_ids: [expect.any(String)] });
    expect(stderr).toContain('Delivery is paused');
    await sandbox.control.setDown(false);
    await aServe(sandbox, { folder: serve.folder });
    await eventually(async () => (await emails(sandbox)).length === 0);
    expect((await erase(sandbox, serve, [ann.id, '--yes'])).code).toBe(0);
  });

  it('waits no longer than it is told to, though a call hangs', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await serve.stop();
    await sandbox.control.addFault({ on: { operation: 'delete' }, effect: { stallMs: 3_600_000 } });
    const { code, stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json', '--wait', '1']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'queued' });
    await aServe(sandbox, { folder: serve.folder });
    await eventually(async () => (await emails(sandbox)).length === 0);
  });

  it('behind a dead connection: queued at once, exit 4', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await serve.stop();
    const dead = { ZOHO_REFRESH_TOKEN: await sandbox.control.issueRefreshToken() };
    await sandbox.control.revokeRefreshToken(dead.ZOHO_REFRESH_TOKEN);
    const { code, stdout, stderr } = await erase(sandbox, serve, [ann.id, '--yes', '--json'], dead);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'queued' });
    expect(stderr).toContain('ory-zoho init');
  });
});
