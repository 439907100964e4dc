import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { BackfillProcess, runBackfill } from '../processes/backfill-process.ts';
import type { BackfillEvent } from '../processes/backfill-process.ts';
import { connectionTo, runAtTerminal, runCommand } from '../processes/command.ts';
import { newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

async function emails(sandbox: Sandbox): Promise<unknown[]> {
  return (await sandbox.control.contacts()).map(({ fields }) => fields['Email']).toSorted();
}

async function writes(sandbox: Sandbox): Promise<number> {
  const { calls } = await sandbox.control.counters();
  return (calls['upsert'] ?? 0) + (calls['update'] ?? 0) + (calls['delete'] ?? 0) + (calls['tag'] ?? 0);
}

async function someone(sandbox: Sandbox, name: string) {
  return sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } });
}

describe('backfill', () => {
  it('creates one contact for every identity, and a rerun writes nothing', async () => {
    const sandbox = await aSandbox({ identities: 1_203 });
    const first = await runBackfill(sandbox);
    expect(first.code).toBe(0);
    expect(first.last).toMatchObject({
      event: 'done',
      read: 1_203,
      created: 1_203,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      failed: 0,
      resumed: false,
    });
    expect(first.last?.['credits']).toBe((await sandbox.control.counters()).credits_used);
    expect(new Set(await emails(sandbox)).size).toBe(1_203);

    const before = await writes(sandbox);
    const again = await runBackfill(sandbox, [], { folder: first.folder });
    expect(again.last).toMatchObject({ read: 1_203, created: 0, unchanged: 1_203, resumed: false });
    expect(await writes(sandbox)).toBe(before);
  });

  it('runs workflows only when asked to', async () => {
    const sandbox = await aSandbox();
    await someone(sandbox, 'ann');
    const { folder } = await runBackfill(sandbox);
    await someone(sandbox, 'bob');
    await runBackfill(sandbox, ['--workflows'], { folder });
    const triggers = (await sandbox.control.contacts()).map(({ fields, history }) => [
      fields['Email'],
      history[0]?.trigger,
    ]);
    expect(Object.fromEntries(triggers)).toEqual({
      'ann@example.org': [],
      'bob@example.org': ['workflow'],
    });
  });

  it('takes over contacts that were there before, and skips identities without an email', async () => {
    const sandbox = await aSandbox();
    const { id } = await sandbox.control.putContact(null, { Email: 'ann@example.org', Last_Name: 'Old' });
    await someone(sandbox, 'ann');
    await sandbox.control.createIdentity({ schema_id: 'preset://username', traits: { username: 'bob' } });
    const { code, last } = await runBackfill(sandbox);
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 2, created: 0, updated: 1, skipped: 1 });
    expect((await sandbox.control.contact(id))?.fields['Last_Name']).toBe('ann');
  });

  it.each([
    ['--limit', ['--limit', '2'], 2],
    ['--schema', ['--schema', 'preset://email'], 1],
    ['--since', ['--since', '2020-01-01'], 4],
    ['--since tomorrow', ['--since', '2999-01-01'], 0],
  ])('%s takes only those', async (_flag, args, read) => {
    const sandbox = await aSandbox();
    for (const name of ['ann', 'bob', 'cem']) await someone(sandbox, name);
    await sandbox.control.createIdentity({
      schema_id: 'preset://email',
      traits: { email: 'dan@example.org' },
    });
    const { code, last } = await runBackfill(sandbox, args);
    expect(code).toBe(0);
    expect(last).toMatchObject({ read, created: read });
    expect(await emails(sandbox)).toHaveLength(read);
  });

  it('a limit counts across an interruption, and the run is not a complete backfill', async () => {
    const sandbox = await aSandbox({ identities: 2_000 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'upsert' },
      effect: { hold: 'before_commit' },
    });
    const first = new BackfillProcess(sandbox, ['--limit', '700']);
    await sandbox.control.waitForHeld(hold);
    first.process.kill('SIGKILL');
    await first.end();
    await sandbox.control.removeFault(hold);
    const { last, backfill } = await runBackfill(sandbox, ['--limit', '700'], { folder: first.folder });
    expect(last).toMatchObject({ read: 700, failed: 0, resumed: true });
    expect(await emails(sandbox)).toHaveLength(700);
    expect(backfill.rows('SELECT backfilled_at FROM store')).toEqual([{ backfilled_at: null }]);
  });

  it('beside serve: a webhook that comes meanwhile is not overwritten', async () => {
    const sandbox = await aSandbox({ identities: 1_000, latencyMs: 20 });
    const serve = await aServe(sandbox, { ory: true, variables: { RECONCILE_INTERVAL: '0' } });
    const ann = await someone(sandbox, 'ann');
    const backfill = new BackfillProcess(sandbox, [], { folder: serve.folder });
    await backfill.until(({ event }) => event === 'page');
    const newer = await sandbox.control.updateIdentity(ann.id, {
      traits: { email: 'ann@example.org', name: 'Newest' },
    });
    expect((await serve.send(newer, 'settings')).status).toBe(200);
    const { code, last } = await backfill.end();
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 1_001, failed: 0 });
    const contacts = await sandbox.control.contacts();
    expect(contacts).toHaveLength(1_001);
    const hers = contacts.filter(({ fields }) => fields['Email'] === 'ann@example.org');
    expect(hers.map(({ fields }) => fields['Last_Name'])).toEqual(['Newest']);
  });

  it('a second one on the same store says which one is running, and ends', async () => {
    const sandbox = await aSandbox({ identities: 10 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      effect: { hold: 'before_commit' },
    });
    const first = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    const second = await runBackfill(sandbox, [], { folder: first.folder });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.process.pid} on `);
    await sandbox.control.removeFault(hold);
    expect((await first.end()).code).toBe(0);
  });

  it('without a terminal and without --json it prints a summary, and how to see what failed', async () => {
    const sandbox = await aSandbox({ identities: 20 });
    await sandbox.control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Last_Name', code: 'INVALID_DATA', containing: 'Khan' } },
    });
    const folder = newFolder();
    const variables = connectionTo(sandbox, folder);
    const { code, stdout } = await runCommand(['backfill'], { folder, variables });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Done: 20 identities/);
    expect(stdout).toMatch(/failed\s+\d+ {3}zoho_invalid_data \d+/);
    expect(stdout).toContain('ory-zoho failed list');
  });

  it('ends as with Ctrl-C when the reader of its output goes away', async () => {
    const sandbox = await aSandbox({ identities: 1_100 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      effect: { hold: 'before_commit' },
    });
    const backfill = new BackfillProcess(sandbox);
    await sandbox.control.waitForHeld(hold);
    backfill.process.stdout?.destroy();
    await sandbox.control.removeFault(hold);
    expect((await backfill.end()).code).toBe(130);
    expect(backfill.stderr).not.toMatch(/\n\s+at /);
    expect((await runBackfill(sandbox, [], { folder: backfill.folder })).last).toMatchObject({ read: 1_100 });
  });

  it.each([
    [['--since', 'yesterday'], '--since is not a time'],
    [['--prune', '--limit', '3', '--yes'], '--prune has to see all identities'],
    [['--prune'], 'Give --yes'],
    [['--prune', '--dry-run', '--yes'], '--dry-run does not look for identities that are gone'],
  ])('%j is a usage error', async (args, message) => {
    const { code, stderr } = await runBackfill(await aSandbox(), args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('without the admin API it cannot read identities', async () => {
    const { code, stderr } = await runBackfill(await aSandbox(), [], { variables: { ORY_ADMIN_URL: '' } });
    expect(code).toBe(2);
    expect(stderr).toContain('ORY_ADMIN_URL');
  });
});

describe('backfill --verify', () => {
  it('corrects what was changed or deleted in Zoho, and nothing else', async () => {
    const sandbox = await aSandbox();
    for (const name of ['ann', 'bob', 'cem']) await someone(sandbox, name);
    const { folder } = await runBackfill(sandbox);
    const [ann, bob] = await sandbox.control.contacts();
    await sandbox.control.putContact(ann?.id ?? '', { Last_Name: 'Wrong' });
    await sandbox.control.deleteContact(bob?.id ?? '');

    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ unchanged: 3 });
    const { code, last } = await runBackfill(sandbox, ['--verify'], { folder });
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 3, created: 1, updated: 1, unchanged: 1 });
    expect(await emails(sandbox)).toEqual(['ann@example.org', 'bob@example.org', 'cem@example.org']);
    expect((await sandbox.control.contact(ann?.id ?? ''))?.fields['Last_Name']).not.toBe('Wrong');
  });
});

describe('backfill --dry-run', () => {
  it('says exactly what would be done, and writes nothing', async () => {
    const sandbox = await aSandbox({ identities: 150 });
    await sandbox.control.putContact(null, { Email: 'ann@example.org', Last_Name: 'Old' });
    await someone(sandbox, 'ann');
    await sandbox.control.createIdentity({ schema_id: 'preset://username', traits: { username: 'bob' } });
    const folder = newFolder();
    const dry = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(dry.code).toBe(0);
    expect(existsSync(`${folder}/store.db`)).toBe(false);
    expect(await writes(sandbox)).toBe(0);
    const { code, last } = await runBackfill(sandbox, [], { folder });
    expect(code).toBe(0);
    const outcomes = ['read', 'created', 'updated', 'unchanged', 'skipped', 'failed'];
    const of = (event: BackfillEvent | undefined) => outcomes.map((name) => event?.[name]);
    expect(of(dry.last)).toEqual(of(last));
    expect(dry.last).toMatchObject({ updated: 1, adopted: 1, adopted_fields: { Last_Name: 1 } });
  });

  it('knows what was delivered before', async () => {
    const sandbox = await aSandbox({ identities: 120 });
    const { folder } = await runBackfill(sandbox);
    await someone(sandbox, 'ann');
    const before = await writes(sandbox);
    const { last } = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(last).toMatchObject({ read: 121, created: 1, unchanged: 120 });
    expect(await writes(sandbox)).toBe(before);
  });
});

describe('backfill --dry-run of an identity that failed before', () => {
  async function withOneRefused() {
    const sandbox = await aSandbox();
    for (const name of ['ann', 'bob']) await someone(sandbox, name);
    await sandbox.control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Email', code: 'INVALID_DATA', containing: 'ann' } },
    });
    const { folder, backfill } = await runBackfill(sandbox);
    const [ann] = backfill.rows("SELECT identity_id AS id FROM outbox WHERE state = 'failed'");
    return { sandbox, folder, ann: String(ann?.['id']) };
  }

  it('counts it as failed with its reason, as a rerun would', async () => {
    const { sandbox, folder } = await withOneRefused();
    const dry = await runBackfill(sandbox, ['--dry-run'], { folder });
    const { last } = await runBackfill(sandbox, [], { folder });
    const expected = { read: 2, created: 0, updated: 0, unchanged: 1, skipped: 0, failed: 1 };
    expect(dry.last).toMatchObject(expected);
    expect(last).toMatchObject(expected);
    const variables = connectionTo(sandbox, folder);
    const { stdout } = await runCommand(['backfill', '--dry-run'], { folder, variables });
    expect(stdout).toMatch(/failed\s+1 {3}zoho_invalid_data 1/);
  });

  it('with --verify too: Zoho would refuse the same again, as the run shows', async () => {
    const { sandbox, folder } = await withOneRefused();
    const dry = await runBackfill(sandbox, ['--dry-run', '--verify'], { folder });
    const { last } = await runBackfill(sandbox, ['--verify'], { folder });
    const expected = { read: 2, created: 0, unchanged: 1, failed: 1 };
    expect(dry.last).toMatchObject(expected);
    expect(last).toMatchObject(expected);
  });

  it('tries it again when its content has changed', async () => {
    const { sandbox, folder, ann } = await withOneRefused();
    const traits = { email: 'ann@example.org', name: 'Changed' };
    await sandbox.control.updateIdentity(ann, { traits });
    const { last } = await runBackfill(sandbox, ['--dry-run'], { folder });
    expect(last).toMatchObject({ read: 2, created: 1, unchanged: 1, failed: 0 });
  });
});

describe('at a terminal', () => {
  it.each([
    ['backfill --dry-run', '500 to create', 'Interrupted; nothing was written.'],
    ['backfill', '500 delivered', 'Run the same command again to go on from there.'],
  ])('%s shows the progress, and Ctrl-C ends it with 130', async (command, progress, end) => {
    const sandbox = await aSandbox({ identities: 600 });
    // The second page does not come.
    await sandbox.control.addFault({
      on: { operation: 'ory_list' },
      after: 1,
      effect: { hold: 'before_commit' },
    });
    const folder = newFolder();
    const shell = runAtTerminal(command, { folder, variables: connectionTo(sandbox, folder) });
    await shell.shown(progress);
    shell.press('\u0003');
    expect(await shell.exitCode).toBe(130);
    expect(await shell.output).toContain(end);
  });
});

describe('backfill --prune at a terminal', () => {
  it('asks, and nothing overwrites the question', async () => {
    const sandbox = await aSandbox({ identities: 20 });
    const { folder, backfill } = await runBackfill(sandbox);
    const [gone] = backfill.rows('SELECT identity_id AS id FROM ledger LIMIT 1');
    await sandbox.control.deleteIdentity(String(gone?.['id']));
    // Longer than the progress line takes to be drawn again.
    await sandbox.control.configure({ latencyMs: 1_000 });
    const shell = runAtTerminal('backfill --prune', { folder, variables: connectionTo(sandbox, folder) });
    await shell.shown('Delete these 1 contacts in Zoho?');
    shell.press('y\r');
    expect(await shell.exitCode).toBe(0);
    const output = await shell.output;
    expect(output.slice(output.indexOf('Delete these'))).not.toContain('read (');
    expect(await sandbox.control.contacts()).toHaveLength(19);
  });
});

describe('backfill --prune (rule 28)', () => {
  async function withTenGone(count: number) {
    const sandbox = await aSandbox({ identities: count });
    const { folder, backfill } = await runBackfill(sandbox);
    const gone = backfill
      .rows('SELECT identity_id FROM ledger ORDER BY identity_id LIMIT 10')
      .map((row) => String(row['identity_id']));
    for (const id of gone) await sandbox.control.deleteIdentity(id);
    return { sandbox, folder, gone };
  }

  it('deletes the contacts of identities that are gone, and shows which', async () => {
    const { sandbox, folder, gone } = await withTenGone(150);
    const { code, last, stderr } = await runBackfill(sandbox, ['--prune', '--yes'], { folder });
    expect(code).toBe(0);
    expect(last).toMatchObject({ read: 140, unchanged: 140, gone: 10, pruned: 10, prune_failed: 0 });
    for (const id of gone) expect(stderr).toContain(id);
    expect(await sandbox.control.contacts()).toHaveLength(140);

    const again = await runBackfill(sandbox, ['--prune', '--yes'], { folder });
    expect(again.last).toMatchObject({ gone: 0, pruned: 0 });
    expect(await sandbox.control.contacts()).toHaveLength(140);
  });

  it('refuses over 10 % of the links without --force', async () => {
    const { sandbox, folder } = await withTenGone(50);
    const { code, stderr } = await runBackfill(sandbox, ['--prune', '--yes'], { folder });
    expect(code).toBe(1);
    expect(stderr).toContain('--force');
    expect(await sandbox.control.contacts()).toHaveLength(50);
    const forced = await runBackfill(sandbox, ['--prune', '--yes', '--force'], { folder });
    expect(forced.last).toMatchObject({ gone: 10, pruned: 10 });
    expect(await sandbox.control.contacts()).toHaveLength(40);
  });

  it('without --prune no contact is deleted', async () => {
    const { sandbox, folder } = await withTenGone(50);
    expect((await runBackfill(sandbox, [], { folder })).code).toBe(0);
    expect(await sandbox.control.contacts()).toHaveLength(50);
  });

  it('a key that Ory no longer accepts aborts it, and nothing is deleted', async () => {
    const { sandbox, folder } = await withTenGone(150);
    await sandbox.control.addFault({
      on: { operation: 'ory_get' },
      times: 'always',
      effect: { status: 403, body: '{"error":{"code":403,"message":"no"}}' },
    });
    const { code } = await runBackfill(sandbox, ['--prune', '--yes'], { folder });
    expect(code).toBe(4);
    expect(await sandbox.control.contacts()).toHaveLength(150);
  });

  it('another project at ORY_ADMIN_URL makes no identity count as gone', async () => {
    const { sandbox, folder } = await withTenGone(150);
    await sandbox.control.seedIdentities(0);
    await sandbox.control.createIdentity({ traits: { email: 'stranger@example.org' } });
    const before = (await sandbox.control.contacts()).length;
    const changed = await runBackfill(sandbox, ['--prune', '--yes', '--force'], { folder });
    expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('ORY_ADMIN_URL')]);
    expect((await sandbox.control.contacts()).length).toBe(before + 1);
  });
});
