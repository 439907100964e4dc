import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import type { BackfillEvent } from '../processes/backfill-process.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox } from '../processes/setup.ts';
import { sync } from '../processes/sync-run.ts';

const MAPPING = `module: Leads
when: "traits.out ? false : true"
otherwise: { set: { Email_Opt_Out: true } }
fields:
  Email: email
  First_Name: first_name
  Last_Name: last_name
  Phone: phone
`;

const OUTCOMES = ['read', 'created', 'updated', 'unchanged', 'skipped', 'failed', 'waiting', 'put_off'];
const sumsOf = (event: BackfillEvent | undefined) =>
  Object.fromEntries(OUTCOMES.map((name) => [name, event?.[name]]));

/** Rows of the store by name, as a backfill has left them. */
function rowsOf(folder: string, query: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(folder, 'store.db'), { timeout: 5_000 });
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}

async function ourCommand(sandbox: Sandbox, folder: string, ...args: string[]) {
  return runCommand(args, { folder, variables: connectionTo(sandbox, folder) });
}

/** A project with one identity of each kind. Nothing is delivered. */
async function aMixedProject() {
  const sandbox = await aSandbox();
  const { control } = sandbox;
  const folder = newFolder();
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), MAPPING);
  const ids = new Map<string, string>();
  const traitsOf = (name: string, more: object = {}) => ({
    email: `${name}@example.org`,
    name: { first: name, last: 'Lee' },
    ...more,
  });
  const signUp = async (name: string, more: object = {}) => {
    const { id } = await control.createIdentity({ traits: traitsOf(name, more) });
    ids.set(id, name);
    return id;
  };
  const rename = async (id: string, more: object = {}) => {
    const traits = { ...traitsOf(ids.get(id) ?? '', more), name: { first: ids.get(id) ?? '', last: 'Ray' } };
    await control.updateIdentity(id, { traits });
  };
  const leadOf = async (id: string) => {
    const leads = await control.contacts('Leads');
    return leads.find(({ fields }) => fields['Email'] === `${ids.get(id)}@example.org`)?.id ?? '';
  };

  await control.addFault({
    times: 'always',
    effect: { refuseField: { apiName: 'Email', code: 'INVALID_DATA', containing: 'failed@' } },
  });
  await signUp('unchanged');
  const changed = await signUp('changed');
  await signUp('refused', { phone: '!' });
  const refusedChanged = await signUp('refused-changed', { phone: '!' });
  const phoneGoesBad = await signUp('phone-goes-bad', { phone: '+49 30 1' });
  await signUp('failed');
  const waiting = await signUp('waiting');
  const erased = await signUp('erased');
  const converted = await signUp('converted');
  const deleted = await signUp('deleted-in-zoho');
  const nowExcluded = await signUp('now-excluded');
  const first = await runBackfill(sandbox, [], { folder });
  expect(first.last).toMatchObject({ created: 10, failed: 1 });

  await rename(changed);
  await rename(refusedChanged, { phone: '!' });
  await rename(phoneGoesBad, { phone: '!' });
  await control.setRecordState(await leadOf(waiting), 'locked', 'Leads');
  await rename(waiting);
  await sync(sandbox, ['--id', waiting, '--wait', '1'], { folder });
  // Zoho has delayed it by two minutes, and will do so for long.
  rowsOf(
    folder,
    `UPDATE outbox SET later_since = later_since - 120000, due_at = due_at + 3600000 WHERE later_since IS NOT NULL`,
  );
  await ourCommand(sandbox, folder, 'erase', erased, '--yes');
  await control.convertLead(await leadOf(converted));
  await rename(converted);
  await control.deleteContact(await leadOf(deleted), 'Leads');
  await rename(deleted);
  await rename(nowExcluded, { out: true });
  await control.putContact(null, { Email: 'adopted@example.org', Last_Name: 'Old' }, 'Leads');
  await signUp('adopted');
  await signUp('excluded', { out: true });
  await signUp('new');
  return { sandbox, folder, ids };
}

/** What the store says of each identity after a backfill. `queued` means that its row still waits. */
function outcomesOf(folder: string, startedAt: number): Map<string, { action: string; reason: unknown }> {
  const rows = rowsOf(
    folder,
    `SELECT ledger.identity_id AS id, ledger.outcome, ledger.reason, ledger.settled_at, outbox.state
       FROM ledger LEFT JOIN outbox ON outbox.identity_id = ledger.identity_id`,
  );
  return new Map(
    rows.map(({ id, outcome, reason, settled_at: at, state }) => {
      const settledNow = Number(at) >= startedAt;
      const stays = outcome === 'skipped' || outcome === 'failed';
      const action = state === 'waiting' ? 'queued' : settledNow || stays ? String(outcome) : 'unchanged';
      return [String(id), { action, reason: action === 'queued' ? null : reason }];
    }),
  );
}

describe('backfill --dry-run --json of a mixed project', () => {
  it.each([
    ['compared with what was sent', []],
    ['compared with Zoho', ['--verify']],
  ])('%s, says for each identity what the backfill then does', async (_how, args) => {
    const { sandbox, folder, ids } = await aMixedProject();
    const dry = await runBackfill(sandbox, ['--dry-run', ...args], { folder });
    expect(dry.stderr).toBe('');
    const startedAt = Date.now();
    const { last } = await runBackfill(sandbox, args, { folder });

    const told = dry.backfill.events.filter(({ event }) => event === 'identity');
    const forecasts = new Map(told.map((one) => [String(one['identity_id']), one]));
    const outcomes = outcomesOf(folder, startedAt);
    const named = (of: (id: string) => { action: unknown; reason: unknown }) =>
      Object.fromEntries([...ids].map(([id, name]) => [name, of(id)]));
    expect(
      named((id) => ({
        action: forecasts.get(id)?.['action'] ?? 'unchanged',
        reason: forecasts.get(id)?.['reason'] ?? null,
      })),
    ).toEqual(named((id) => outcomes.get(id) ?? { action: 'none', reason: null }));
    expect(sumsOf(dry.last)).toEqual(sumsOf(last));
    expect(dry.last).toMatchObject({ adopted: 1 });
    expect(named((id) => ({ action: outcomes.get(id)?.action, reason: null }))).toMatchObject({
      refused: { action: 'unchanged' },
      failed: { action: 'failed' },
      waiting: { action: 'queued' },
      erased: { action: 'skipped' },
      converted: { action: 'failed' },
      'deleted-in-zoho': { action: 'created' },
      'now-excluded': { action: 'updated' },
      excluded: { action: 'skipped' },
    });
    expect(forecasts.get([...ids].find(([, name]) => name === 'refused-changed')?.[0] ?? '')).toMatchObject({
      fields: ['Last_Name'],
    });
  });

  it('a contact that a lost answer may have created is not created again, even under a new email', async () => {
    const sandbox = await aSandbox();
    const { control } = sandbox;
    const folder = newFolder();
    const { id } = await control.createIdentity({ traits: { email: 'ann@example.org', name: 'Ann Lee' } });
    await control.addFault({ on: { operation: 'upsert' }, effect: { cut: 'after_commit' } });
    await sync(sandbox, ['--id', id, '--wait', '1'], { folder });
    const [contact] = await control.contacts();
    await control.updateIdentity(id, { traits: { email: 'ann@example.net', name: 'Ann Lee' } });
    const dry = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(dry.backfill.events.find(({ event }) => event === 'identity')).toMatchObject({
      action: 'updated',
      contact_id: contact?.id,
      adopted: false,
    });
    await runBackfill(sandbox, [], { folder });
    expect((await control.contacts()).map(({ id: contactId }) => contactId)).toEqual([contact?.id]);
  });
});

describe('The field list of a forecast', () => {
  it('is the one that the run uses when Zoho no longer lets it be read', async () => {
    const sandbox = await aSandbox();
    const { control } = sandbox;
    const folder = newFolder();
    writeFileSync(
      join(folder, 'ory-zoho.mapping.yaml'),
      'fields: { Email: email, Last_Name: last_name, Title: traits.title }\n',
    );
    // Zoho's standard is 100.
    await control.changeField('Contacts', 'Title', { length: 5 });
    const { id } = await control.createIdentity({ traits: { email: 'ann@example.org', title: 'Manager' } });
    await runBackfill(sandbox, [], { folder });
    await control.configure({
      scopes: ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.coql.READ', 'ZohoCRM.org.READ'],
    });
    await control.revokeAccessTokens();
    await control.updateIdentity(id, { traits: { email: 'ann@example.org', title: 'Managing director' } });
    const dry = await runBackfill(sandbox, ['--dry-run'], { folder });
    const { last } = await runBackfill(sandbox, [], { folder });
    expect(sumsOf(dry.last)).toEqual(sumsOf(last));
    expect(last).toMatchObject({ unchanged: 1 });
  });
});

describe('For an identity that has failed', () => {
  const REFUSED = { refuseField: { apiName: 'Email', code: 'INVALID_DATA', containing: 'ann@' } };

  it('preview and sync --dry-run say so and why, instead of announcing a new contact', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const { id } = await sandbox.control.createIdentity({ traits: { email: 'ann@example.org' } });
    await sandbox.control.addFault({ times: 'always', effect: REFUSED });
    await runBackfill(sandbox, [], { folder });
    const preview = await ourCommand(sandbox, folder, 'mapping', 'preview', '--id', id, '--json');
    const failed = { action: 'failed', reason: 'zoho_invalid_data' };
    expect(JSON.parse(preview.stdout)).toMatchObject(failed);
    const text = await ourCommand(sandbox, folder, 'mapping', 'preview', '--id', id);
    expect(text.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Has failed: zoho_invalid_data (Email: invalid data)',
    );
    const dry = await sync(sandbox, ['--id', id, '--dry-run'], { folder });
    expect(dry.first).toMatchObject(failed);
    expect((await sync(sandbox, ['--id', id], { folder })).first).toMatchObject(failed);
  });

  it('backfill --verify does not send a refused phone again, but sync does', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const { id } = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann Lee', phone: '!' },
    });
    await runBackfill(sandbox, [], { folder });
    const updates = async () => (await sandbox.control.requests('update')).length;
    expect((await runBackfill(sandbox, ['--verify'], { folder })).last).toMatchObject({ unchanged: 1 });
    expect(await updates()).toBe(0);
    const dry = await sync(sandbox, ['--id', id, '--dry-run'], { folder });
    const told = { action: 'unchanged', fields: [], left_out: ['Phone'], incomplete: [{ field: 'Phone' }] };
    expect(dry.first).toMatchObject(told);
    const { first } = await sync(sandbox, ['--id', id], { folder });
    expect(first).toMatchObject(told);
    expect(await updates()).toBe(1);
  });

  it('a forecast says that Zoho will refuse a new contact without a mandatory field', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    await sandbox.control.changeField('Contacts', 'Department', { mandatory: true });
    const { id } = await sandbox.control.createIdentity({
      traits: { email: 'ann@example.org', name: 'Ann' },
    });
    const failed = { action: 'failed', reason: 'zoho_mandatory_not_found', fields: [] };
    const dry = await sync(sandbox, ['--id', id, '--dry-run'], { folder });
    expect(dry.first).toMatchObject({
      ...failed,
      message: 'Would fail: zoho_mandatory_not_found (Department: required field not found).',
    });
    const scan = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(scan.last).toMatchObject({ created: 0, failed: 1 });
    expect((await sync(sandbox, ['--id', id], { folder })).first).toMatchObject(failed);
  });
});
