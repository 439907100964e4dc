import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { aStage } from '../conflicts/stage.ts';
import type { Stage } from '../conflicts/stage.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { eventually } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

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

describe('erase (rule 24)', () => {
  it('deletes the contact and everything stored, and keeps the identity out until --lift', async () => {
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
      in_doubt_contact_ids: [],
      other_contact_ids: [],
      unseen_contact_ids: [],
      erased_at: expect.stringMatching(/^\d{4}-.*Z$/),
      state: 'erased',
      already: false,
      reason: null,
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
    expect(JSON.parse(again.stdout)).toMatchObject({ state: 'erased', contact_ids: [contactId] });

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

  it('does the work itself if no serve runs, and delivers nothing else', async () => {
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

  it('asks, and says what goes and what stays: a contact that was never linked is named, not deleted', async () => {
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

  it('finds the contact by the Ory id it carries, although no link is known', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const variables = { ORY_ID_FIELD: 'Ory_Identity_ID' };
    const serve = await aServe(sandbox, { variables });
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    serve.change('DELETE FROM ledger');
    const { stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json'], variables);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', contact_ids: [expect.any(String)] });
    expect(await emails(sandbox)).toEqual([]);
  });

  it('without a match: not found, and no identity is guessed among several', async () => {
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

  it('finds an identity whose contact now has another email, and one that only Ory has', async () => {
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
    expect(unknown.stderr).toContain('not all systems could be asked');
    const { code, stdout, stderr } = await erase(sandbox, serve, [ann.id, '--yes', '--json', '--wait', '2']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'queued', contact_ids: [expect.any(String)] });
    expect(stderr).toContain('Delivery is paused');
    await sandbox.control.setDown(false);
    await aServe(sandbox, { folder: serve.folder });
    await eventually(async () => (await emails(sandbox)).length === 0);
    expect((await erase(sandbox, serve, [ann.id, '--yes'])).code).toBe(0);
  });

  it('waits no longer than --wait says, even if a call hangs', async () => {
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

  const WITHOUT_COQL = DEFAULT_SCOPES.filter((scope) => scope !== 'ZohoCRM.coql.READ');
  it.each([
    ['with COQL', {}],
    ['without COQL', { scopes: WITHOUT_COQL }],
    ['where Zoho refuses COQL', { restrictedFields: ['Email'] }],
  ])(
    '%s, never deletes a linked contact that carries the Ory id of another identity',
    async (_which, zoho) => {
      const sandbox = await aSandbox({ fields: [ID_FIELD], ...zoho });
      const variables = { ORY_ID_FIELD: 'Ory_Identity_ID' };
      const serve = await aServe(sandbox, { variables });
      const ann = await signUp(sandbox, serve, 'ann@example.org');
      const id = await firstContact(sandbox);
      const other = '0f1c2d3e-0000-4000-8000-000000000001';
      await sandbox.control.putContact(id, { Ory_Identity_ID: other });
      const { code, stdout, stderr } = await erase(sandbox, serve, [ann.id, '--yes', '--json'], variables);
      expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', contact_ids: [], other_contact_ids: [id] });
      expect(stderr).toContain(`NOT erased: contact ${id}`);
      expect(stderr).toContain(other);
      expect(code).toBe(0);
      expect(await firstContact(sandbox)).toBe(id);
    },
  );

  it('never deletes a contact that is linked to another identity, whatever Ory id it carries', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const variables = { ORY_ID_FIELD: 'Ory_Identity_ID' };
    const serve = await aServe(sandbox, { variables });
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await signUp(sandbox, serve, 'bob@example.org');
    const [annContact, bobContact] = await sandbox.control.contacts();
    await sandbox.control.putContact(annContact?.id ?? '', { Ory_Identity_ID: null });
    await sandbox.control.putContact(bobContact?.id ?? '', { Ory_Identity_ID: ann.id });
    const { stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json'], variables);
    expect(JSON.parse(stdout)).toMatchObject({
      contact_ids: [annContact?.id],
      other_contact_ids: [bobContact?.id],
    });
    expect(await emails(sandbox)).toEqual(['bob@example.org']);
  });

  it('does not report a contact as deleted if Zoho has not deleted it, and says why', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    const id = await firstContact(sandbox);
    await serve.stop();
    const item = { code: 'INVALID_DATA', details: { id }, message: 'record not deleted', status: 'error' };
    await sandbox.control.addFault({
      on: { operation: 'delete' },
      times: 'always',
      effect: { status: 400, body: JSON.stringify({ data: [item] }) },
    });
    const { code, stdout, stderr } = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', identity_id: ann.id });
    expect(stderr).toContain(`contact ${id} is still there`);
    expect(code).toBe(1);
  });

  it.each(['named', 'unnamed'] as const)(
    'names a lock (%s in the answer to the deletion), says what to do, and goes on once it is gone',
    async (heldDeletion) => {
      const sandbox = await aSandbox({ heldDeletion });
      const serve = await aServe(sandbox);
      const ann = await signUp(sandbox, serve, 'ann@example.org');
      const id = await firstContact(sandbox);
      await serve.stop();
      await sandbox.control.setRecordState(id, 'locked');
      const held = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
      expect(JSON.parse(held.stdout)).toMatchObject({ state: 'queued', reason: 'zoho_record_locked' });
      expect(held.stderr).toMatch(/locked[\s\S]*Release it in Zoho/);
      expect(held.code).toBe(1);
      const text = await erase(sandbox, serve, [ann.id, '--yes']);
      expect(text.stdout).toContain(`contact of ${ann.id} is still to be deleted`);
      await sandbox.control.setRecordState(id, 'free');
      const { code, stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
      expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', contact_ids: [id] });
      expect(code).toBe(0);
      expect(await emails(sandbox)).toEqual([]);
    },
  );

  it('a contact in approval is reported as one', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    await serve.stop();
    await sandbox.control.setRecordState(await firstContact(sandbox), 'not_approved');
    const { stdout } = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'queued', reason: 'zoho_not_approved' });
  });

  it('of an identity erased before: says so, and when', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const ann = await signUp(sandbox, serve, 'ann@example.org');
    const contactId = await firstContact(sandbox);
    const first = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
    const { erased_at: at } = JSON.parse(first.stdout);
    const { code, stdout } = await erase(sandbox, serve, [ann.id, '--yes']);
    const before = `Erased before: ${ann.id}, ${at}; nothing was left to delete.`;
    expect(stdout).toBe(`${before} Deleted in Zoho at that time: ${contactId}.\n`);
    expect(code).toBe(0);
    const json = await erase(sandbox, serve, [ann.id, '--yes', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'erased', already: true, erased_at: at });
  });
});

/**
 * Ann has signed up, Zoho has created the contact, and the answer was lost. Zoho finds nothing until `later`
 * is removed.
 */
async function aCreationInDoubt(): Promise<{ stage: Stage; id: string; contactId: string; later: string }> {
  const stage = await aStage();
  const { control } = stage.sandbox;
  await control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' }, times: 1 });
  const down = { on: { operation: 'coql' }, effect: { status: 503 }, times: 'always', after: 1 } as const;
  const later = await control.addFault(down);
  const { id } = await control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann Private' } });
  await stage.tell(id, 'registration');
  await eventually(async () => (await stage.contacts()).length === 1);
  await eventually(() => stage.row(id)?.['marks'] !== '[]');
  return { stage, id, contactId: (await stage.onlyContact()).id, later };
}

describe('erase of an identity whose creation had no answer', () => {
  it.each(['ann@example.org', 'by id'])(
    'says that the contact may be its own, deletes it, and names it (%s)',
    async (who) => {
      const { stage, id, contactId, later } = await aCreationInDoubt();
      const { sandbox, serve } = stage;
      await serve.stop();
      await sandbox.control.removeFault(later);
      const name = who === 'by id' ? id : who;
      const { code, stdout, stderr } = await erase(sandbox, serve, [name, '--yes', '--json']);
      expect(stderr).not.toContain('NOT erased');
      expect(stderr).toMatch(new RegExp(`^Contact +${contactId}, .*may have created or changed it`, 'm'));
      expect(await stage.contacts()).toEqual([]);
      expect(JSON.parse(stdout)).toMatchObject({
        state: 'erased',
        contact_ids: [contactId],
        unlinked_contact_ids: [],
        unseen_contact_ids: [],
      });
      expect(code).toBe(0);
      const again = await erase(sandbox, serve, [id, '--yes', '--json']);
      expect(JSON.parse(again.stdout)).toMatchObject({ already: true, contact_ids: [contactId] });
    },
  );

  it('names what serve has deleted, although Zoho could not be searched beforehand', async () => {
    const { stage, id, contactId, later } = await aCreationInDoubt();
    const { sandbox, serve } = stage;
    const running = erase(sandbox, serve, ['ann@example.org', '--yes', '--json', '--wait', '30']);
    await eventually(() => stage.row(id)?.['kind'] === 'erase');
    await sandbox.control.removeFault(later);
    const { code, stdout, stderr } = await running;
    expect(stderr).toContain('A call that Zoho never answered may have created a contact');
    expect(await stage.contacts()).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'erased', contact_ids: [contactId] });
    expect(code).toBe(0);
  });

  it('calls a contact in doubt neither deleted nor safe while the erasure waits', async () => {
    const { stage, contactId, later } = await aCreationInDoubt();
    const { sandbox, serve } = stage;
    await serve.stop();
    await sandbox.control.removeFault(later);
    await sandbox.control.addFault({
      on: { operation: 'coql' },
      effect: { status: 503 },
      times: 'always',
      after: 1,
    });
    const { stdout } = await erase(sandbox, serve, ['ann@example.org', '--yes', '--json', '--wait', '1']);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'queued',
      contact_ids: [],
      unlinked_contact_ids: [],
      in_doubt_contact_ids: [contactId],
    });
  });
});
