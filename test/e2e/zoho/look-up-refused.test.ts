import { describe, expect, it } from 'vitest';
import { aStage } from '../conflicts/stage.ts';
import type { Setting, Stage } from '../conflicts/stage.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually } from '../processes/serve-process.ts';
import { sync } from '../processes/sync-run.ts';

const FIELDS = 'fields: { Email: email, First_Name: first_name, Last_Name: last_name }\n';
const SYNTAX = JSON.stringify({ code: 'SYNTAX_ERROR', details: {}, message: 'syntax', status: 'error' });

/** Zoho refuses each query that has this text, and answers all others. */
async function refuseToLookUp({ sandbox }: Stage, containing: string): Promise<void> {
  await sandbox.control.addFault({
    on: { operation: 'coql', containing },
    times: 'always',
    effect: { status: 400, body: SYNTAX },
  });
}

async function aStageThatRefuses(containing: string, mapping: string, setting: Setting = {}) {
  const stage = await aStage({ mapping: `${mapping}\n${FIELDS}`, ...setting });
  await refuseToLookUp(stage, containing);
  return stage;
}

/** They sign up at the same time. */
async function signUpTogether(stage: Stage, emails: readonly string[]): Promise<string[]> {
  const ids = [];
  for (const email of emails) {
    const traits = { email, name: { first: 'New', last: 'Comer' } };
    ids.push((await stage.sandbox.control.createIdentity({ traits })).id);
  }
  await Promise.all(ids.map((id) => stage.tell(id, 'registration')));
  return ids;
}

async function waits(stage: Stage, id: string): Promise<void> {
  await eventually(() => stage.row(id)?.['waits_reason'] === 'look_up_refused');
}

describe('rule 16: Zoho refuses to look one email up', () => {
  it.each([
    ['adopt: fill', {}],
    ['adopt: fill', { oryId: true }],
    ['adopt_unverified: false', {}],
  ])('with %s and %j, its identity waits, and others get their contacts', async (mapping, setting) => {
    const stage = await aStageThatRefuses('ann@', mapping, setting);
    const ann = await stage.salesMakes({ Email: 'ann@example.org', Last_Name: 'Sales' });
    const bob = await stage.salesMakes({ Email: 'bob@example.org', Last_Name: 'Sales' });
    const emails = ['ann@example.org', 'bob@example.org', 'carl@example.org'];
    const [annsId = '', ...others] = await signUpTogether(stage, emails);
    await waits(stage, annsId);
    expect((await stage.contact(ann)).fields).toMatchObject({ Last_Name: 'Sales', First_Name: null });
    if (mapping === 'adopt: fill') {
      for (const id of others) await stage.settled(id, 1);
      expect((await stage.contact(bob)).fields).toMatchObject({ Last_Name: 'Sales', First_Name: 'New' });
    }
  });

  it('asks for it rarely, and says so in status, doctor and sync', async () => {
    const stage = await aStageThatRefuses('ann@', 'adopt: fill');
    const [id = ''] = await signUpTogether(stage, ['ann@example.org']);
    await waits(stage, id);
    const asked = async () =>
      (await stage.sandbox.control.requests()).filter(({ operation }) => operation === 'coql').length;
    const before = await asked();
    for (let round = 0; round < 3; round += 1) {
      stage.hurry(id);
      await eventually(
        () => Number(stage.row(id)?.['due_at']) > 0 && stage.row(id)?.['lease_token'] === null,
      );
    }
    expect(await asked()).toBe(before);
    const { folder } = stage.serve;
    const status = await runCommand(['status'], { folder, variables: connectionTo(stage.sandbox, folder) });
    expect(status.code).toBe(4);
    expect(status.stdout.replaceAll(/\s+/g, ' ')).toMatch(/look_up_refused .*refuses to look up/);
    const { findings } = await diagnose(stage.sandbox, { folder });
    expect(findings.filter(({ detail }) => detail.includes('look_up_refused'))).toMatchObject([
      { check: 'outbox', state: 'fail', fix: expect.stringContaining('--overwrite') },
    ]);
    await stage.serve.stop();
    const foretold = await sync(stage.sandbox, ['ann@example.org', '--dry-run'], { folder });
    expect(foretold.first).toMatchObject({ action: 'queued', reason: 'look_up_refused' });
    const written = await sync(stage.sandbox, ['ann@example.org', '--overwrite'], { folder });
    expect(written.first).toMatchObject({ action: 'created' });
  });
});

describe('rule 17: Zoho refuses to look one email up, under adopt_unverified: false', () => {
  it('its identity waits until the email is verified, and the message says so', async () => {
    const stage = await aStageThatRefuses('ann@', 'adopt_unverified: false', { admin: true });
    const [id = ''] = await signUpTogether(stage, ['ann@example.org']);
    await waits(stage, id);
    await stage.serve.stop();
    const { folder } = stage.serve;
    const insisting = await sync(stage.sandbox, ['ann@example.org', '--overwrite'], { folder });
    expect(insisting.first).toMatchObject({ action: 'queued', reason: 'look_up_refused' });
    expect(insisting.first?.message).toContain('verify the email in Ory');
    await stage.sandbox.control.verifyIdentity(id);
    const { first } = await sync(stage.sandbox, ['ann@example.org'], { folder });
    expect(first).toMatchObject({ action: 'created' });
  });
});

describe('rule 22: Zoho refuses to look one contact up', () => {
  it('is not taken for a contact that is gone', async () => {
    const stage = await aStage({ mapping: FIELDS, admin: true });
    const id = await stage.signUp({ email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } });
    const contactId = String(stage.link(id));
    await stage.salesEdits(contactId, { Email: 'ann@private.example' });
    await refuseToLookUp(stage, contactId);
    const { folder } = stage.serve;
    await stage.serve.stop();
    const dry = await sync(stage.sandbox, ['ann@example.org', '--dry-run'], { folder });
    expect(dry.first).toMatchObject({ contact_id: contactId });
    const { first } = await sync(stage.sandbox, ['ann@example.org'], { folder });
    expect(first).toMatchObject({ contact_id: contactId });
    expect(await stage.contacts()).toHaveLength(1);
  });
});

describe('rule 11: Zoho refuses to look for the email of a call that it never answered', () => {
  it('lets the identity wait, and erases nothing unseen', async () => {
    const stage = await aStage({ mapping: `adopt: fill\n${FIELDS}` });
    const { control } = stage.sandbox;
    await control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' } });
    await control.addFault({
      on: { operation: 'coql', containing: 'ann@' },
      after: 1,
      times: 'always',
      effect: { status: 400, body: SYNTAX },
    });
    const [id = ''] = await signUpTogether(stage, ['ann@example.org']);
    await waits(stage, id);
    expect(await stage.contacts()).toHaveLength(1);
    await stage.serve.stop();
    const { folder } = stage.serve;
    const variables = connectionTo(stage.sandbox, folder);
    const erased = await runCommand(['erase', id, '--yes', '--json'], { folder, variables });
    expect(JSON.parse(erased.stdout)).toMatchObject({ state: 'failed', reason: 'look_up_refused' });
    expect(erased.stderr).toContain('Find the contact in Zoho and delete it there');
    expect(erased.code).toBe(1);
  });
});
