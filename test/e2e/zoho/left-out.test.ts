import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const EMAIL = 'ann@example.org';
/** Optional fields of Contacts that hold a phone or an email. */
const CHECKED = ['Phone', 'Mobile', 'Asst_Phone', 'Home_Phone', 'Other_Phone', 'Secondary_Email'];

/** Zoho accepts this neither as a phone nor as an email. */
function wrongIn(fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.map((name) => [name, '!']));
}

function mapped(more: readonly string[]): string {
  const folder = newFolder();
  const fields = ['Email: email', 'First_Name: first_name', 'Last_Name: last_name', ...more];
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), `fields:\n  ${fields.join('\n  ')}\n`);
  return folder;
}

const allChecked = () => mapped(CHECKED.map((name) => `${name}: traits.${name}`));

async function upserts(sandbox: Sandbox): Promise<number> {
  return (await sandbox.control.requests('upsert')).length;
}

describe('Zoho names one refused field at a time', () => {
  it('five are left out one after the other, and the contact gets all the others', async () => {
    const sandbox = await aSandbox({ errorsNamed: 'first' });
    const wrong = CHECKED.slice(0, 5);
    const traits = { email: EMAIL, name: 'Ann Lee', ...wrongIn(wrong), Secondary_Email: 'ann@example.net' };
    await sandbox.control.createIdentity({ traits });
    const { code, first } = await sync(sandbox, [EMAIL], { folder: allChecked() });
    expect(first).toMatchObject({ action: 'created', left_out: wrong });
    expect(code).toBe(0);
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({
      First_Name: 'Ann',
      Phone: null,
      Secondary_Email: 'ann@example.net',
    });
  });

  it('with the sixth the identity fails, and Zoho is not asked again', async () => {
    const sandbox = await aSandbox({ errorsNamed: 'first' });
    await sandbox.control.createIdentity({ traits: { email: EMAIL, name: 'Ann Lee', ...wrongIn(CHECKED) } });
    const { code, first } = await sync(sandbox, [EMAIL], { folder: allChecked() });
    expect(first).toMatchObject({ action: 'failed', reason: 'zoho_invalid_data' });
    expect(code).toBe(1);
    expect(await upserts(sandbox)).toBe(6);
  });

  it('a linked contact gets its changed fields without the refused ones, and nothing is sent again', async () => {
    const sandbox = await aSandbox({ errorsNamed: 'first' });
    const folder = allChecked();
    const { id } = await sandbox.control.createIdentity({ traits: { email: EMAIL, name: 'Ann Lee' } });
    await backfill(sandbox, folder);
    const traits = { email: EMAIL, name: 'Anna Lee', ...wrongIn(CHECKED.slice(0, 3)) };
    await sandbox.control.updateIdentity(id, { traits });
    expect(await backfill(sandbox, folder)).toMatchObject({ updated: 1, failed: 0 });
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({ First_Name: 'Anna' });
    await sandbox.control.updateIdentity(id, { traits: { ...traits, more: 1 } });
    const before = await sandbox.control.requests('update');
    expect(await backfill(sandbox, folder)).toMatchObject({ unchanged: 1, failed: 0 });
    expect(await sandbox.control.requests('update')).toHaveLength(before.length);
  });

  it('the others of its batch are written by the first call, and are not sent again', async () => {
    const sandbox = await aSandbox({ errorsNamed: 'first' });
    await sandbox.control.createIdentity({
      traits: { email: EMAIL, name: 'Ann Lee', ...wrongIn(CHECKED.slice(0, 5)) },
    });
    for (const name of ['Bob', 'Cid', 'Dan', 'Eve']) {
      const email = `${name.toLowerCase()}@example.org`;
      await sandbox.control.createIdentity({ traits: { email, name: `${name} Lee` } });
    }
    expect(await backfill(sandbox, allChecked())).toMatchObject({ created: 5, failed: 0 });
    const calls = await sandbox.control.requests('upsert');
    expect(calls.map(({ records }) => records)).toEqual([5, 1, 1, 1, 1, 1]);
  });
});

describe('MANDATORY_NOT_FOUND', () => {
  it('about something missing inside an optional field: the contact is written without that field', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: { email: EMAIL, name: 'Ann Lee', company: 'Acme' } });
    const folder = mapped([`Account_Name: '{ "name": traits.company }'`]);
    const { code, first } = await sync(sandbox, [EMAIL], { folder });
    expect(first).toMatchObject({ action: 'created', left_out: ['Account_Name'] });
    expect(code).toBe(0);
  });

  it('about an optional field that a layout rule keeps from being cleared: all else is written', async () => {
    const sandbox = await aSandbox();
    const folder = mapped(['Phone: phone']);
    const refuseField = { apiName: 'Phone', code: 'MANDATORY_NOT_FOUND', containing: '"Phone":null' };
    await sandbox.control.addFault({ times: 'always', effect: { refuseField } });
    const { id } = await sandbox.control.createIdentity({
      traits: { email: EMAIL, name: 'Ann Lee', phone: '+49 30 1' },
    });
    await backfill(sandbox, folder);
    await sandbox.control.updateIdentity(id, { traits: { email: EMAIL, name: 'Anna Lee' } });
    expect(await backfill(sandbox, folder)).toMatchObject({ updated: 1, failed: 0 });
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({ First_Name: 'Anna', Phone: '+49 30 1' });
  });
});

async function backfill(sandbox: Sandbox, folder: string): Promise<unknown> {
  const variables = connectionTo(sandbox, folder);
  const { stdout } = await runCommand(['backfill', '--json', '--yes'], { folder, variables });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}
