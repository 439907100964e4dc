import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const EMAIL = 'ann@example.org';

/** The type of a Zoho field, the trait, and the field's value afterwards. null: left out. */
const VALUES: readonly [dataType: string, trait: Json, inZoho: Json][] = [
  ['date', '1990-12-31T23:30:00-05:00', '1990-12-31'],
  ['date', '31.12.1990', null],
  ['date', '1990-02-30', null],
  ['date', 1990, null],
  ['date', 662_601_600, null],
  ['datetime', '2024-01-02T03:04:05.123456789Z', '2024-01-02T06:04:05+03:00'],
  ['datetime', '2024-01-02T03:04:05+0530', '2024-01-02T00:34:05+03:00'],
  ['datetime', 1_704_164_645, null],
  ['boolean', 'TRUE', true],
  ['boolean', 'yes', null],
  ['integer', '1,234', null],
  ['integer', '12', 12],
  ['integer', 1e19, null],
  ['text', 1e19, null],
  ['double', 1e19, null],
  ['bigint', '123456789012345678', '123456789012345678'],
  ['multiselectpicklist', ['A', 'B'], ['A', 'B']],
  ['multiselectpicklist', 'A', ['A']],
  ['lookup', 'Acme Ltd', null],
];

function folderWith(fields: readonly string[], more = ''): string {
  const folder = newFolder();
  const all = ['Email: email', 'Last_Name: last_name', ...fields];
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), `${more}\nfields:\n  ${all.join('\n  ')}\n`);
  return folder;
}

async function listed(sandbox: Sandbox, folder: string, ...args: string[]): Promise<JsonObject[]> {
  const variables = connectionTo(sandbox, folder);
  const { stdout } = await runCommand(['failed', 'list', '--fields', '--json', ...args], {
    folder,
    variables,
  });
  return JSON.parse(stdout);
}

const signUp = (sandbox: Sandbox, more: JsonObject) =>
  sandbox.control.createIdentity({ traits: { email: EMAIL, name: 'Ann Lee', ...more } });

describe('a value that does not fit its field', () => {
  it('is left out with its reason, and no value is altered', async () => {
    const names = VALUES.map(([dataType], index) => `${dataType}_${index}`);
    const fields = VALUES.map(([dataType], index) => ({ apiName: names[index] ?? '', dataType }));
    const sandbox = await aSandbox({ fields });
    const folder = folderWith(names.map((name) => `${name}: traits.${name}`));
    const traits = Object.fromEntries(VALUES.map(([, trait], index) => [names[index], trait]));
    await signUp(sandbox, traits);
    const { first, code } = await sync(sandbox, [EMAIL], { folder });
    const leftOut = names.filter((_name, index) => VALUES[index]?.[2] === null);
    expect(first).toMatchObject({ action: 'created', left_out: leftOut });
    expect(first?.incomplete).toEqual(
      leftOut.map((field) => ({ field, reason: 'unfit', message: expect.stringMatching(/\w{5}/) })),
    );
    expect(code).toBe(0);
    const taken = VALUES.flatMap(([, , inZoho], index) => (inZoho === null ? [] : [[names[index], inZoho]]));
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject(Object.fromEntries(taken));
    expect(first?.fields.toSorted()).toEqual(
      ['Email', 'Last_Name', ...taken.map(([name]) => name)].toSorted(),
    );
  });

  it('is left out of a text built from it if its last digits are lost', async () => {
    const sandbox = await aSandbox();
    const folder = folderWith([`Title: "'K-' & traits.customer"`, 'First_Name: $string(traits.big)']);
    await signUp(sandbox, { customer: 1e19, big: 12 });
    const { first } = await sync(sandbox, [EMAIL], { folder });
    expect(first).toMatchObject({
      action: 'created',
      incomplete: [{ field: 'Title', reason: 'unfit', message: expect.stringContaining('beyond 2^53') }],
    });
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields).toMatchObject({ First_Name: '12', Title: null });
  });

  it('is reported by the dry run beforehand in the same words', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Born', dataType: 'date' }] });
    const folder = folderWith(['Born: traits.born', 'First_Name: traits.long']);
    await signUp(sandbox, { born: 1990, long: 'x'.repeat(50) });
    const foretold = await sync(sandbox, [EMAIL, '--dry-run'], { folder });
    const done = await sync(sandbox, [EMAIL], { folder });
    expect(done.first).toMatchObject({ left_out: ['Born'] });
    expect(done.first?.incomplete.map(({ field, reason }) => [field, reason])).toEqual([
      ['Born', 'unfit'],
      ['First_Name', 'cut'],
    ]);
    expect(foretold.first?.left_out).toEqual(done.first?.left_out);
    expect(foretold.first?.incomplete.toSorted(byField)).toEqual(done.first?.incomplete.toSorted(byField));
  });

  it('stays in `failed list --fields` until the identity has another one', async () => {
    const sandbox = await aSandbox({ fields: [{ apiName: 'Born', dataType: 'date' }] });
    const folder = folderWith(['Born: traits.born', 'Phone: phone']);
    const { id } = await signUp(sandbox, { born: 1990 });
    await sync(sandbox, [EMAIL], { folder });
    const rows = await listed(sandbox, folder);
    expect(rows).toMatchObject([
      { identity_id: id, fields: ['Born'], incomplete: [{ field: 'Born', reason: 'unfit' }] },
    ]);
    expect(JSON.stringify(rows)).not.toContain('1990');
    expect(await listed(sandbox, folder, '--field', 'Phone')).toEqual([]);
    const { stdout } = await runCommand(['failed', 'list', '--fields'], {
      folder,
      variables: connectionTo(sandbox, folder),
    });
    expect(stdout).toContain('Born (unfit)');
    await sandbox.control.updateIdentity(id, {
      traits: { email: EMAIL, name: 'Ann Lee', born: '1990-12-31' },
    });
    expect((await sync(sandbox, [EMAIL], { folder })).first).toMatchObject({ left_out: [], incomplete: [] });
    expect(await listed(sandbox, folder)).toEqual([]);
  });

  it('is named if it is the email, and the identity is skipped', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), 'fields: { Email: traits.mails }\n');
    const { id } = await signUp(sandbox, { mails: { work: EMAIL } });
    const { first } = await sync(sandbox, ['--id', id], { folder });
    expect(first).toMatchObject({
      action: 'skipped',
      reason: 'no_email',
      incomplete: [{ field: 'Email', reason: 'unfit' }],
    });
  });
});

describe('a text that is cut', () => {
  it('is reported by the log, `sync --json` and `failed list --fields`, and is not left out', async () => {
    const sandbox = await aSandbox();
    const folder = folderWith(['First_Name: traits.long']);
    const serve = await aServe(sandbox, { folder, ory: true });
    const identity = await signUp(sandbox, { long: 'x'.repeat(50) });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length > 0);
    const cut = {
      field: 'First_Name',
      reason: 'cut',
      message: 'The text was cut to 40 of 50 characters.',
    };
    expect(await serve.logged(({ msg }) => msg === 'settled')).toMatchObject({
      level: 40,
      incomplete: [cut],
    });
    expect(await listed(sandbox, folder)).toMatchObject([{ fields: [], incomplete: [cut] }]);
    const { first } = await sync(sandbox, [EMAIL], { folder });
    expect(first).toMatchObject({ action: 'unchanged', left_out: [], incomplete: [cut] });
  });

  it('in an on-create field is remembered as long as the contact has it', async () => {
    const sandbox = await aSandbox();
    const folder = folderWith(['First_Name: { value: traits.long, write: on-create }', 'Phone: phone']);
    const { id } = await signUp(sandbox, { long: 'x'.repeat(50) });
    await sync(sandbox, [EMAIL], { folder });
    await sandbox.control.updateIdentity(id, { traits: { email: EMAIL, name: 'Ann Lee', phone: '+4930' } });
    expect((await sync(sandbox, [EMAIL], { folder })).first).toMatchObject({
      action: 'updated',
      incomplete: [{ field: 'First_Name', reason: 'cut' }],
    });
  });
});

describe('tags that Zoho refuses', () => {
  it('are reported with the reason until Zoho accepts them', async () => {
    const sandbox = await aSandbox();
    const folder = folderWith([], 'tags: [Ory, Sign-up]');
    const body = '{"code":"NO_PERMISSION","details":{},"message":"permission denied","status":"error"}';
    const fault = await sandbox.control.addFault({
      on: { operation: 'tag' },
      times: 'always',
      effect: { status: 403, body },
    });
    await signUp(sandbox, {});
    const { first, code } = await sync(sandbox, [EMAIL], { folder });
    expect(first).toMatchObject({
      action: 'created',
      left_out: ['Tag'],
      incomplete: [
        { field: 'Tag', reason: 'refused', message: expect.stringMatching(/Ory, Sign-up: .*permission/i) },
      ],
    });
    expect(code).toBe(0);
    expect(await listed(sandbox, folder)).toMatchObject([{ fields: ['Tag'] }]);
    await sandbox.control.removeFault(fault);
    await sync(sandbox, [EMAIL], { folder });
    expect(await listed(sandbox, folder)).toEqual([]);
  });
});

describe('a field that Zoho refuses', () => {
  it('has its reason beside its name', async () => {
    const sandbox = await aSandbox();
    const folder = folderWith(['Phone: phone']);
    await signUp(sandbox, { phone: '!' });
    expect((await sync(sandbox, [EMAIL], { folder })).first).toMatchObject({
      left_out: ['Phone'],
      incomplete: [{ field: 'Phone', reason: 'refused' }],
    });
    expect(await listed(sandbox, folder)).toMatchObject([
      { fields: ['Phone'], incomplete: [{ field: 'Phone', reason: 'refused' }] },
    ]);
  });
});

function byField(left: { field: string }, right: { field: string }): number {
  return left.field.localeCompare(right.field);
}
