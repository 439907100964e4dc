import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync, syncText } from '../processes/sync-run.ts';

const ANN = { email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } };
const NOBODY = '9f425a8d-7efc-4768-8f23-7647a74fdf13';
const LONG_PHONE = '0123456789 0123456789 0123456789 012345678';

async function ann(sandbox: Sandbox) {
  return sandbox.control.createIdentity({ traits: ANN });
}

describe('sync of an email', () => {
  it('creates the contact where no serve has ever run, and reports it by the contract', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    const { code, lines, stderr } = await sync(sandbox, [' ANN@Example.org '], { folder });
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({ Email: 'ann@example.org', First_Name: 'Ann', Last_Name: 'Lee' });
    expect(lines).toEqual([
      {
        email: 'ANN@Example.org',
        identity_id: id,
        contact_id: contact?.id,
        action: 'created',
        reason: null,
        fields: ['Email', 'First_Name', 'Last_Name'],
        left_out: [],
        incomplete: [],
        message: null,
        link: expect.stringMatching(new RegExp(`/crm/org\\d+/tab/Contacts/${contact?.id}$`)),
      },
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect((await sync(sandbox, ['ann@example.org'], { folder })).first).toMatchObject({
      action: 'unchanged',
      fields: [],
    });
  });

  it('compares with the contact in Zoho: manual edits and deletions are corrected', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    const folder = newFolder();
    const id = (await sync(sandbox, [ANN.email], { folder })).first?.contact_id ?? '';
    await sandbox.control.putContact(id, { Last_Name: 'Smith' });
    const edited = await sync(sandbox, [ANN.email], { folder });
    expect(edited.first).toMatchObject({ action: 'updated', contact_id: id, fields: ['Last_Name'] });
    expect((await sandbox.control.contact(id))?.fields['Last_Name']).toBe('Lee');

    await sandbox.control.deleteContact(id);
    const deleted = await sync(sandbox, [ANN.email], { folder });
    expect(deleted.first).toMatchObject({ action: 'created' });
    expect(deleted.first?.contact_id).not.toBe(id);
    expect(await sandbox.control.contacts()).toHaveLength(1);
  });

  it('takes the newest state from Ory, whatever webhooks have said', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    await sync(sandbox, [ANN.email], { folder });
    await sandbox.control.updateIdentity(id, { traits: { ...ANN, name: { first: 'Anna', last: 'Lee' } } });
    const { first } = await sync(sandbox, [ANN.email], { folder });
    expect(first).toMatchObject({ action: 'updated', fields: ['First_Name'] });
  });

  it('that matches no identity: ends with 1 and says how to find it; among others with 3', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    const folder = newFolder();
    const alone = await sync(sandbox, ['nobody@example.org'], { folder });
    expect(alone.code).toBe(1);
    expect(alone.lines).toMatchObject([
      { email: 'nobody@example.org', identity_id: null, action: 'not_found' },
    ]);
    expect(alone.stderr).toMatch(/--id UUID[\s\S]*<provider>:<subject>/);
    const among = await sync(sandbox, ['nobody@example.org', ANN.email], { folder });
    expect(among.code).toBe(3);
    expect(among.lines.map(({ action }) => action).sort()).toEqual(['created', 'not_found']);
  });

  it('names the fields that Zoho refused, and the contact is written without them', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { ...ANN, phone: LONG_PHONE } });
    const { code, first } = await sync(sandbox, [ANN.email], { folder: newFolder() });
    expect(first).toMatchObject({ action: 'created', left_out: ['Phone'] });
    expect(first?.fields).not.toContain('Phone');
    expect(code).toBe(0);
  });

  it('that was refused before is tried again at once', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Phone', mandatory: true }] });
    const { id } = await ann(sandbox);
    const folder = newFolder();
    const refused = await sync(sandbox, [ANN.email], { folder });
    expect(refused.code).toBe(1);
    expect(refused.first).toMatchObject({
      action: 'failed',
      reason: 'zoho_mandatory_not_found',
      contact_id: null,
      message: expect.stringContaining(`ory-zoho failed retry ${id}`),
    });
    await sandbox.control.changeField('Contacts', 'Phone', { mandatory: false });
    expect((await sync(sandbox, [ANN.email], { folder })).first).toMatchObject({ action: 'created' });
  });

  it('of an identity that is excluded or erased: skipped, with the reason', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), 'when: traits.consent\nfields: { Email: email }\n');
    const excluded = await sync(sandbox, [ANN.email], { folder });
    expect(excluded).toMatchObject({ code: 0, first: { action: 'skipped', reason: 'when' } });

    const variables = connectionTo(sandbox, folder);
    await runCommand(['erase', id, '--yes'], { folder, variables });
    const erased = await sync(sandbox, [ANN.email], { folder });
    expect(erased).toMatchObject({ code: 0, first: { action: 'skipped', reason: 'erased', fields: [] } });
    expect(await sandbox.control.contacts()).toEqual([]);
  });

  it('whose old owner has another email now: both become right, although nothing else delivers', async () => {
    const sandbox = await aSandbox();
    const owner = await ann(sandbox);
    const folder = newFolder();
    const id = (await sync(sandbox, [ANN.email], { folder })).first?.contact_id ?? '';
    await sandbox.control.updateIdentity(owner.id, { traits: { ...ANN, email: 'ann@new.example' } });
    await sandbox.control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann Other' } });
    const { code, first } = await sync(sandbox, [ANN.email], { folder });
    expect(first).toMatchObject({ action: 'created' });
    expect(first?.contact_id).not.toBe(id);
    expect(code).toBe(0);
    expect((await sandbox.control.contact(id))?.fields['Email']).toBe('ann@new.example');
  });

  it('prints a small block as text, without colour in a pipe', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const { stdout } = await syncText(sandbox, [ANN.email], { folder: newFolder() });
    const [contact] = await sandbox.control.contacts();
    expect(stdout.split('\n')).toEqual([
      'created    ann@example.org',
      `           identity   ${id}`,
      `           contact    ${contact?.id}`,
      '           fields     Email, First_Name, Last_Name',
      expect.stringMatching(/^ {11}link {7}http\S+$/),
      '',
    ]);
  });
});

describe('sync of an id', () => {
  it('skips an identity without an email, and says of an unknown id that Ory does not have it', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.createIdentity({ traits: { username: 'ann' } });
    const { code, lines } = await sync(sandbox, ['--id', id.toUpperCase(), '--id', NOBODY], {
      folder: newFolder(),
    });
    expect(code).toBe(3);
    expect(lines).toMatchObject([
      { email: null, identity_id: NOBODY, action: 'not_found' },
      { email: null, identity_id: id, action: 'skipped', reason: 'no_email' },
    ]);
  });
});

describe('sync of many', () => {
  it('takes a file: blank lines and comments are left out, repetitions are synced once', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    const folder = newFolder();
    const text =
      '\uFEFFann@example.org\r\n\r\n# a comment\r\n  bob@example.org  \r\nANN@example.org\r\nbob@example.org';
    writeFileSync(join(folder, 'emails.txt'), text);
    const { code, lines } = await sync(sandbox, ['--file', 'emails.txt', 'bob@example.org'], { folder });
    expect(lines.map(({ email }) => email).sort()).toEqual(['ann@example.org', 'bob@example.org']);
    expect(code).toBe(0);
  });

  it('takes stdin with -, in groups, each group a few calls', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const emails = Array.from({ length: 230 }, (_, index) => `person${index}@example.org`);
    for (const email of emails) await sandbox.control.createIdentity({ traits: { email } });
    writeFileSync(join(folder, 'emails.txt'), emails.join('\n'));
    const through = ['sh', '-c', 'exec "$@" < emails.txt', 'sh'];
    const { code, lines, stderr } = await sync(sandbox, ['-'], { folder, through });
    expect(code).toBe(0);
    expect(lines.map(({ email }) => email).sort()).toEqual([...emails].sort());
    expect(stderr).toBe('230 identities: 230 created\n');
    expect((await sandbox.control.counters()).calls).toMatchObject({ upsert: 3, org: 1 });
  });

  it('with an empty list succeeds', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    writeFileSync(join(folder, 'emails.txt'), '# nobody today\n');
    const { code, lines, stderr } = await sync(sandbox, ['--file', 'emails.txt'], { folder });
    expect({ code, lines, stderr }).toEqual({
      code: 0,
      lines: [],
      stderr: 'The input has no emails or ids.\n',
    });
  });

  it('with --wait 0 only queues them', async () => {
    const sandbox = await aSandbox();
    await ann(sandbox);
    const { code, first } = await sync(sandbox, [ANN.email, '--wait', '0'], { folder: newFolder() });
    expect(first).toMatchObject({
      action: 'queued',
      reason: null,
      message: 'It has not been delivered yet.',
    });
    expect(code).toBe(1);
    expect((await sandbox.control.counters()).calls).toMatchObject({ upsert: 0, org: 0 });
  });

  it('delivers no other waiting rows of the outbox', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const bob = await sandbox.control.createIdentity({ traits: { email: 'bob@example.org' } });
    await sandbox.control.setDown(true);
    await serve.send(bob, 'registration');
    await serve.stop();
    await sandbox.control.setDown(false);
    await ann(sandbox);
    expect((await sync(sandbox, [ANN.email], serve)).first).toMatchObject({ action: 'created' });
    expect(serve.rows('SELECT identity_id FROM outbox')).toEqual([{ identity_id: bob.id }]);
  });
});

describe('sync --dry-run', () => {
  it('says what would be done, and writes nothing, not even a store', async () => {
    const sandbox = await aSandbox();
    const { id } = await ann(sandbox);
    const folder = newFolder();
    const args = [ANN.email, 'nobody@example.org', '--dry-run'];
    const { code, lines } = await sync(sandbox, args, { folder });
    expect(code).toBe(3);
    expect(lines).toMatchObject([
      { email: 'nobody@example.org', action: 'not_found' },
      {
        identity_id: id,
        action: 'created',
        contact_id: null,
        fields: ['Email', 'First_Name', 'Last_Name'],
        dry_run: true,
      },
    ]);
    expect(await sandbox.control.contacts()).toEqual([]);
    expect(existsSync(join(folder, 'store.db'))).toBe(false);
    const { stdout } = await syncText(sandbox, [ANN.email, '--dry-run'], { folder });
    expect(stdout).toContain('created    ann@example.org (dry run: nothing was written)');
  });
});

describe('sync beside a running serve', () => {
  it('that holds the row: waits for it, and reports the outcome', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const identity = await ann(sandbox);
    const held = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { hold: 'before_commit' },
    });
    await serve.send(identity, 'registration');
    await sandbox.control.waitForHeld(held);
    const syncing = sync(sandbox, [ANN.email], serve);
    await eventually(() => serve.rows('SELECT 1 FROM outbox WHERE compare = 1').length > 0);
    await sandbox.control.release(held);
    const { code, first } = await syncing;
    const [contact] = await sandbox.control.contacts();
    expect(first).toMatchObject({ identity_id: identity.id, contact_id: contact?.id, action: 'unchanged' });
    expect(code).toBe(0);
    expect(serve.outcomes(identity.id)).toContain('created');
    expect((await sandbox.control.counters()).calls['upsert']).toBe(1);
  });

  it('both deliver, and each identity reaches Zoho once', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, { ory: true });
    const identities = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        sandbox.control.createIdentity({ traits: { email: `person${index}@example.org` } }),
      ),
    );
    const { code, lines } = await sync(
      sandbox,
      identities.flatMap(({ id }) => ['--id', id]),
      serve,
    );
    expect(code).toBe(0);
    expect(lines.map(({ action }) => action)).toEqual(identities.map(() => 'created'));
    expect(await sandbox.control.contacts()).toHaveLength(5);
  });
});

describe('sync is refused with exit 2', () => {
  it.each([
    ['no identity named', [], 'No identity is given.'],
    ['an empty email', [''], 'An email is empty.'],
    ['an id that is none', ['--id', 'ann'], '--id is not a UUID'],
    ['a file that is not there', ['--file', 'missing.txt'], 'cannot be read'],
    ['a wait that is not a number', ['ann@example.org', '--wait', 'long'], 'not a whole number'],
  ])('for %s', async (_what, args, message) => {
    const sandbox = await aSandbox();
    const { code, stdout, stderr } = await syncText(sandbox, args, { folder: newFolder() });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('without an admin API, naming the variable', async () => {
    const sandbox = await aSandbox();
    const options = { folder: newFolder(), variables: { ORY_ADMIN_URL: '' } };
    const { code, stderr } = await syncText(sandbox, [ANN.email], options);
    expect(code).toBe(2);
    expect(stderr).toContain('ORY_ADMIN_URL');
  });
});
