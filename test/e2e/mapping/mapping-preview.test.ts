import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { expectNoSecret } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const field = z.strictObject({
  name: z.string(),
  state: z.enum(['written', 'cleared', 'same', 'kept', 'left_out', 'mapped']),
  value: z.unknown(),
  has: z.unknown().optional(),
  why: z.string().nullable(),
  cut_from: z.number().nullable(),
  problem: z.string().nullable(),
});

const preview = z.strictObject({
  email: z.string().nullable(),
  identity_id: z.string().nullable(),
  contact_id: z.string().nullable(),
  action: z.enum(['created', 'updated', 'unchanged', 'skipped', 'undecided', 'not_found']),
  reason: z.string().nullable(),
  adopted: z.boolean(),
  fields: z.array(field),
  notes: z.array(z.string()),
});

interface Options {
  readonly folder?: string;
  readonly variables?: Record<string, string>;
}

/** Runs `mapping preview --json` against a sandbox. */
async function previewOf(sandbox: Sandbox, args: readonly string[], options: Options = {}) {
  const folder = options.folder ?? newFolder();
  const variables = { ...connectionTo(sandbox, folder), ...options.variables };
  const result = await runCommand(['mapping', 'preview', ...args, '--json'], { folder, variables });
  expectNoSecret(result, sandbox);
  const previews = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => preview.parse(JSON.parse(line)));
  const [first] = previews;
  const states = Object.fromEntries((first?.fields ?? []).map(({ name, state }) => [name, state]));
  return { ...result, folder, previews, first, states };
}

/** The same as text, in a pipe. */
async function shown(sandbox: Sandbox, args: readonly string[], options: Options = {}) {
  const folder = options.folder ?? newFolder();
  const variables = { ...connectionTo(sandbox, folder), ...options.variables };
  return runCommand(['mapping', 'preview', ...args], { folder, variables });
}

function withMapping(mapping: string): { folder: string; file: string[] } {
  const folder = newFolder();
  writeFileSync(join(folder, 'new.yaml'), mapping);
  return { folder, file: ['--file', 'new.yaml'] };
}

const ANN = { email: 'ann@example.org', name: { first: 'Ann', last: 'Lee' } };

describe('mapping preview of an email', () => {
  it('that Zoho does not have: would create, with every field; writes nothing and creates no store', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    const { code, first, states, folder } = await previewOf(sandbox, ['ann@example.org']);
    expect(code).toBe(0);
    expect(first).toMatchObject({
      email: 'ann@example.org',
      identity_id: id,
      action: 'created',
      adopted: false,
    });
    expect(states).toEqual({ Email: 'written', First_Name: 'written', Last_Name: 'written', Phone: 'same' });
    expect(existsSync(join(folder, 'store.db'))).toBe(false);
    expect((await sandbox.control.counters()).calls).toMatchObject({ upsert: 0, update: 0, ory_write: 0 });
  });

  it('of a contact that is not ours: would adopt it, and shows its old values', async () => {
    const sandbox = await aSandbox();
    await sandbox.control.createIdentity({ traits: ANN });
    const { id } = await sandbox.control.putContact(null, { Email: 'ann@example.org', Last_Name: 'Smith' });
    const { first, states } = await previewOf(sandbox, ['ann@example.org']);
    expect(first).toMatchObject({ action: 'updated', adopted: true, contact_id: id });
    expect(states).toEqual({ Email: 'same', First_Name: 'written', Last_Name: 'written', Phone: 'same' });
    const { stdout } = await shown(sandbox, ['ann@example.org']);
    expect(stdout).toContain(`Would adopt contact ${id}: it has this email and was not created by ory-zoho.`);
    expect(stdout).toMatch(/│ written +Last_Name +Lee\n.*│ +was Smith\n/);
  });

  it('that matches no identity: ends with 1, says where Ory searches, and mentions --id', async () => {
    const sandbox = await aSandbox();
    const { code, first, stderr } = await previewOf(sandbox, ['nobody@example.org']);
    expect(code).toBe(1);
    expect(first).toMatchObject({ email: 'nobody@example.org', identity_id: null, action: 'not_found' });
    expect(stderr).toMatch(/no identity that signs in as nobody@example\.org[\s\S]*--id UUID/);
  });
});

describe('mapping preview of an id', () => {
  it('shows that identity; an unknown one ends with 1, an invalid UUID with 2', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    const { first } = await previewOf(sandbox, ['--id', id.toUpperCase()]);
    expect(first).toMatchObject({ identity_id: id, action: 'created' });
    const gone = await previewOf(sandbox, ['--id', '9f425a8d-7efc-4768-8f23-7647a74fdf13']);
    expect(gone).toMatchObject({ code: 1, first: { action: 'not_found' } });
    expect((await previewOf(sandbox, ['--id', 'ann'])).code).toBe(2);
  });
});

describe('mapping preview of an identity from a file', () => {
  it('needs neither Ory nor Zoho: shows what the mapping makes, and what is unknown', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'ann.json'), JSON.stringify({ traits: ANN }));
    const { code, stdout, stderr } = await runCommand(['mapping', 'preview', '--identity', 'ann.json'], {
      folder,
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('Undecided: it is not known whether Zoho has a contact.');
    expect(stdout).toMatch(/│ mapped +Last_Name +Lee\n/);
    expect(stdout).toContain('No connection to Zoho is configured. Run "ory-zoho init".');
  });

  it.each([
    ['no JSON', '{', 'is not JSON'],
    ['a list', '[]', 'is not a JSON object'],
    ['an id that is none', '{"id":"ann"}', 'is not a UUID'],
  ])('that holds %s: ends with 2', async (_what, text, message) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'ann.json'), text);
    const { code, stderr } = await runCommand(['mapping', 'preview', '--identity', 'ann.json'], { folder });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('control characters for a terminal are escaped', async () => {
    const folder = newFolder();
    const traits = { ...ANN, name: { last: 'a\u001b[2Jb' }, 'k\u001b]0;x': 1 };
    writeFileSync(join(folder, 'ann.json'), JSON.stringify({ traits }));
    const { stdout } = await runCommand(['mapping', 'preview', '--identity', 'ann.json'], { folder });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('a\\u{1b}[2Jb');
  });
});

it('mapping preview uses a single access token for many runs without a store', async () => {
  const sandbox = await aSandbox();
  const { id } = await sandbox.control.createIdentity({ traits: ANN });
  const { folder } = await previewOf(sandbox, ['--id', id]);
  expect((await previewOf(sandbox, ['--id', id], { folder })).first?.action).toBe('created');
  expect((await sandbox.control.counters()).tokens_issued).toBe(1);
});

it('mapping preview requires an email, --id or --identity', async () => {
  const sandbox = await aSandbox();
  expect((await shown(sandbox, [])).code).toBe(2);
  expect((await shown(sandbox, ['ann@example.org', '--id', 'x'])).code).toBe(2);
  const { code, stderr } = await shown(sandbox, ['ann@example.org'], { variables: { ORY_ADMIN_URL: '' } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/ORY_ADMIN_URL[\s\S]*--identity FILE/);
});

describe('mapping preview of an identity that was delivered before', () => {
  it('a linked contact: unchanged, written and cleared fields, and what a salesperson typed', async () => {
    const sandbox = await aSandbox();
    const { folder, file } = withMapping(`
fields:
  Email: email
  Last_Name: last_name
  Phone: phone
  Mobile: traits.mobile
  Lead_Source: { value: "'Ory'", write: on-create }
`);
    const variables = { ORY_ZOHO_MAPPING: 'new.yaml' };
    const serve = await aServe(sandbox, { folder, variables });
    const traits = { ...ANN, phone: '+49 30 1', mobile: '+49 170 1' };
    const identity = await sandbox.control.createIdentity({ traits });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const [contact] = await sandbox.control.contacts();
    const id = contact?.id ?? '';
    await sandbox.control.putContact(id, { Lead_Source: 'Web', Last_Name: 'Smith' });
    await sandbox.control.updateIdentity(identity.id, { traits: { ...ANN, phone: '+49 30 1' } });
    const { first, states } = await previewOf(sandbox, ['--id', identity.id, ...file], { folder });
    expect(first).toMatchObject({ action: 'updated', adopted: false, contact_id: id });
    expect(states).toEqual({
      Email: 'same',
      Last_Name: 'written',
      Phone: 'same',
      Mobile: 'cleared',
      Lead_Source: 'kept',
    });
    const { stdout } = await shown(sandbox, ['--id', identity.id, ...file], { folder });
    expect(stdout).toContain(`Would update contact ${id}, which is linked to it.`);
    expect(stdout).toMatch(/│ cleared +Mobile +—\n.*│ +was \+49 170 1; gone in Ory/);
    expect(stdout).toMatch(/│ kept +Lead_Source +Web\n.*│ +not Ory: for new contacts only\n/);

    await sandbox.control.deleteContact(id);
    const again = await shown(sandbox, ['--id', identity.id, ...file], { folder });
    expect(again.stdout).toContain('Would create the contact again: the linked one is gone from Zoho.');
    expect(serve.rows('SELECT identity_id FROM outbox')).toEqual([]);
  });

  it('a contact whose identity `when` now excludes: what `otherwise` does', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const serve = await aServe(sandbox, { folder });
    const identity = await sandbox.control.createIdentity({ traits: ANN });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const previewUnder = (otherwise: string) => {
      const mapping = `when: traits.consent\notherwise: ${otherwise}\nfields: { Email: email, Last_Name: last_name }\n`;
      writeFileSync(join(folder, 'new.yaml'), mapping);
      return shown(sandbox, ['--id', identity.id, '--file', 'new.yaml'], { folder });
    };
    const skipped = 'Skipped: `when` of the mapping is false. Its contact';
    expect((await previewUnder('leave')).stdout).toContain(skipped);
    expect((await previewUnder('delete')).stdout).toMatch(/would\s+be\s+deleted\./);
    const set = (await previewUnder('{ set: { Email_Opt_Out: true } }')).stdout;
    expect(set).toMatch(/│ written +Email_Opt_Out +true\n/);
    expect(set).not.toContain('Last_Name');
  });

  it('links of another module are ignored', async () => {
    const sandbox = await aSandbox();
    const { folder, file } = withMapping('module: Leads\nfields: { Email: email, Last_Name: last_name }\n');
    const serve = await aServe(sandbox, { folder });
    const identity = await sandbox.control.createIdentity({ traits: ANN });
    await serve.send(identity, 'registration');
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const { first } = await previewOf(sandbox, ['--id', identity.id, ...file], { folder });
    expect(first).toMatchObject({ action: 'created', contact_id: null });
    expect(first?.notes).toEqual([expect.stringContaining('another Zoho connection or module')]);
  });
});

describe('mapping preview and the connection', () => {
  const noFields = (scope: string) => DEFAULT_SCOPES.filter((one) => one !== scope);

  it('to a Zoho that cannot be reached: shows what the mapping makes, and ends with 1', async () => {
    const sandbox = await aSandbox();
    const { folder } = withMapping('');
    writeFileSync(join(folder, 'ann.json'), JSON.stringify({ traits: ANN }));
    await sandbox.pause();
    const { code, stdout, stderr } = await shown(sandbox, ['--identity', 'ann.json'], { folder });
    await sandbox.resume();
    expect(code).toBe(1);
    expect(stdout).toMatch(/mapped +Last_Name +Lee/);
    expect(stderr).toMatch(/^Zoho could not be read: No connection: /);
  });

  it('that Zoho no longer accepts: ends with 4', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    await sandbox.control.revokeRefreshToken(sandbox.zoho.refreshToken);
    const { code, first } = await previewOf(sandbox, ['--id', id]);
    expect(code).toBe(4);
    expect(first?.action).toBe('undecided');
  });

  it('without the COQL scope: says that only Zoho knows', async () => {
    const sandbox = await aSandbox({ scopes: noFields('ZohoCRM.coql.READ') });
    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    const { code, stdout } = await shown(sandbox, ['--id', id]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Would create or update a contact. Without ZohoCRM.coql.READ only Zoho knows which.',
    );
  });

  it('to an Ory that refuses the key: ends with 4', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    const variables = { ORY_PROJECT_API_KEY: 'ory_pat_wrong' };
    expect((await shown(sandbox, ['--id', id], { variables })).code).toBe(4);
  });
});

describe('mapping preview shows', () => {
  it('fields that are cut or left out, and why', async () => {
    const sandbox = await aSandbox();
    const { folder, file } = withMapping(
      'fields: { Email: email, Last_Name: last_name, Email_Opt_Out: traits.out, Fon: phone }\n',
    );
    const traits = { email: 'ann@example.org', last_name: 'x'.repeat(100), out: 'maybe' };
    const { id } = await sandbox.control.createIdentity({ traits });
    const { stdout } = await shown(sandbox, ['--id', id, ...file], { folder });
    expect(stdout).toContain('cut to 80 of 100 characters');
    expect(stdout).toMatch(/│ left out +Email_Opt_Out +.*\n.*The field takes true or false/);
    expect(stdout).toContain('Contacts has no field Fon. Run "ory-zoho mapping check".');
  });

  it('colour at a terminal and none in a pipe, with columns aligned after wide characters', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const name = { first: '小龍', last: '李'.repeat(60) };
    const { id } = await sandbox.control.createIdentity({ traits: { ...ANN, name } });
    const variables = connectionTo(sandbox, folder);
    const output = await runAtTerminal(`mapping preview --id ${id}`, { folder, variables }).output;
    expect(output).toContain('\u001b[32mwritten');
    const { stdout } = await shown(sandbox, ['--id', id], { folder });
    expect(stdout).not.toContain('\u001b[');
    const rows = stdout.split('\n').filter((line) => line.includes('│'));
    expect(rows.length).toBeGreaterThan(5);
    const columns = rows.map((row) => {
      const left = row.slice(0, row.indexOf('│'));
      return left.length + (left.match(/\p{Script=Han}/gu) ?? []).length;
    });
    expect(new Set(columns).size).toBe(1);
  });

  it('whole words if the terminal does not report its width', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const { id } = await sandbox.control.createIdentity({ traits: ANN });
    const variables = { ...connectionTo(sandbox, folder), NO_COLOR: '1' };
    const output = await runAtTerminal(`mapping preview --id ${id}`, { folder, variables }).output;
    expect(output).toContain('Would create a contact: Zoho has none.');
  });
});
