import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import type { LogLine, ServeProcess } from '../processes/serve-process.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const OFTEN = { ory: true, variables: { RECONCILE_INTERVAL: '1s' } };
const DAILY = { ory: true };

async function signUp(sandbox: Sandbox, name: string) {
  return sandbox.control.createIdentity({ traits: { email: `${name}@example.org`, name } });
}

async function emails(sandbox: Sandbox): Promise<unknown[]> {
  return (await sandbox.control.contacts()).map(({ fields }) => fields['Email']).toSorted();
}

const done = (line: LogLine) => line.msg === 'reconcile is done';

/**
 * Resolves when a reconcile that begins after this call is done. One that gives way to a backfill is never
 * done.
 */
async function nextDone(serve: ServeProcess): Promise<LogLine> {
  const begun = () => serve.log.filter(({ msg }) => msg === 'reconcile begins').map(({ run }) => run);
  const before = begun().length;
  return serve.logged((line) => done(line) && begun().slice(before).includes(line['run']));
}

describe('reconcile', () => {
  it('finds what no webhook reported: a lost sign-up, with its workflows, and a change by an admin', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, OFTEN);
    const ann = await signUp(sandbox, 'ann');
    await serve.send(ann, 'registration');
    await eventually(() => serve.outcomes(ann.id).length > 0);
    await sandbox.control.updateIdentity(ann.id, { traits: { email: 'ann@example.org', name: 'Changed' } });
    await signUp(sandbox, 'bob');
    await nextDone(serve);
    const contacts = await sandbox.control.contacts();
    const found = Object.fromEntries(contacts.map(({ fields }) => [fields['Email'], fields['Last_Name']]));
    expect(found).toEqual({ 'ann@example.org': 'Changed', 'bob@example.org': 'bob' });
    const triggers = contacts.map(({ history }) => history.map(({ trigger }) => trigger));
    expect(triggers.toSorted()).toEqual([[['workflow']], [['workflow'], []]].toSorted());
  });

  it('rule 26: does not put in earlier identities until a backfill has done so', async () => {
    const sandbox = await aSandbox({ identities: 700 });
    const serve = await aServe(sandbox, OFTEN);
    expect(await nextDone(serve)).toMatchObject({ created: 0, unchanged: 0 });
    expect(await sandbox.control.contacts()).toEqual([]);

    await runBackfill(sandbox, ['--limit', '10'], { folder: serve.folder });
    await nextDone(serve);
    expect(await sandbox.control.contacts()).toHaveLength(10);

    await runBackfill(sandbox, [], { folder: serve.folder });
    expect(await sandbox.control.contacts()).toHaveLength(700);
    expect(await nextDone(serve)).toMatchObject({ created: 0, updated: 0, unchanged: 700 });
  });

  it('rule 27: serve compares all identities at once when it comes back', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox, DAILY);
    await first.kill();
    first.change('UPDATE store SET served_at = served_at - 60000');
    await signUp(sandbox, 'ann');
    const second = await aServe(sandbox, { ...DAILY, folder: first.folder });
    await second.logged(done);
    expect(await emails(sandbox)).toEqual(['ann@example.org']);
    expect(second.rows('SELECT gap FROM store')).toEqual([{ gap: null }]);
  });

  it('a serve that starts for the first time, or again at once, has nothing to compare', async () => {
    const sandbox = await aSandbox();
    const first = await aServe(sandbox, DAILY);
    await first.stop();
    // The next serve may be slow to start on this machine. A longer time would mean that a clock was set
    // back.
    first.change("UPDATE store SET served_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) + 1900");
    const second = await aServe(sandbox, { ...DAILY, folder: first.folder });
    const ann = await signUp(sandbox, 'ann');
    await second.send(ann, 'registration');
    await eventually(() => second.outcomes(ann.id).length > 0);
    expect([...first.log, ...second.log].filter(({ msg }) => msg.startsWith('reconcile'))).toEqual([]);
  });

  it('continues where a killed serve stopped', async () => {
    const sandbox = await aSandbox({ identities: 1_500 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      after: 1,
      effect: { hold: 'before_commit' },
    });
    const first = await aServe(sandbox, OFTEN);
    await sandbox.control.waitForHeld(hold);
    await first.kill();
    await sandbox.control.removeFault(hold);
    const second = await aServe(sandbox, { ...DAILY, folder: first.folder });
    const began = await first.logged(({ msg }) => msg === 'reconcile begins');
    expect(await second.logged(({ msg }) => msg === 'reconcile goes on')).toMatchObject({
      run: began['run'],
    });
    await second.logged((line) => done(line) && line['run'] === began['run']);
  });

  it('gives way to a backfill, and comes again after it', async () => {
    const sandbox = await aSandbox({ identities: 1_200 });
    const hold = await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      effect: { hold: 'before_commit' },
    });
    const serve = await aServe(sandbox, OFTEN);
    await sandbox.control.waitForHeld(hold);
    const { code, last } = await runBackfill(sandbox, [], { folder: serve.folder });
    expect([code, last?.['read'], last?.['created']]).toEqual([0, 1_200, 1_200]);
    await sandbox.control.removeFault(hold);
    expect(await nextDone(serve)).toMatchObject({ unchanged: 1_200 });
  });

  it('comes again soon if a backfill takes over in the middle of it', async () => {
    const sandbox = await aSandbox({ identities: 700 });
    const { control } = sandbox;
    const page = await control.addFault({
      on: { operation: 'ory_list', containing: 'page_token' },
      effect: { hold: 'before_commit' },
    });
    const serve = await aServe(sandbox, OFTEN);
    await control.waitForHeld(page);
    const write = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'before_commit' } });
    const backfill = runBackfill(sandbox, [], { folder: serve.folder });
    await control.waitForHeld(write);
    await control.removeFault(page);
    await serve.logged(({ msg }) => msg.includes('Another process has taken over'));
    await control.removeFault(write);
    expect((await backfill).code).toBe(0);
    expect(await nextDone(serve)).toMatchObject({ unchanged: 700 });
  });

  it('RECONCILE_INTERVAL=0: never runs, not even after a gap', async () => {
    const sandbox = await aSandbox();
    const never = { ory: true, variables: { RECONCILE_INTERVAL: '0' } };
    const first = await aServe(sandbox, never);
    await first.kill();
    first.change('UPDATE store SET served_at = served_at - 60000');
    const second = await aServe(sandbox, { ...never, folder: first.folder });
    const ann = await signUp(sandbox, 'ann');
    await second.send(ann, 'registration');
    await eventually(() => second.outcomes(ann.id).length > 0);
    expect(second.rows('SELECT gap FROM store WHERE gap IS NOT NULL')).toHaveLength(1);
    const lists = await sandbox.control.requests('ory_list');
    // One read by id lets the project prove itself.
    expect(lists.filter(({ path }) => !path.includes('&ids='))).toEqual([]);
  });

  it('a key that Ory refuses is logged, and webhooks go on', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox, {
      ory: true,
      variables: { RECONCILE_INTERVAL: '1s', ORY_PROJECT_API_KEY: 'wrong' },
    });
    await serve.logged(({ msg }) => msg.startsWith('reconcile stopped'));
    const ann = await signUp(sandbox, 'ann');
    await serve.send(ann, 'registration');
    await eventually(() => serve.outcomes(ann.id).length > 0);
    expect(serve.outcomes(ann.id)).toEqual(['created']);
  });
});

describe('identities that are gone from Ory', () => {
  async function delivered(mapping: string, people: number) {
    const sandbox = await aSandbox({ identities: people });
    const folder = newFolder();
    writeFileSync(`${folder}/ory-zoho.mapping.yaml`, mapping);
    const { code, backfill } = await runBackfill(sandbox, [], { folder });
    expect(code).toBe(0);
    const ids = backfill.rows('SELECT identity_id FROM ledger ORDER BY identity_id');
    return { sandbox, folder, ids: ids.map((row) => String(row['identity_id'])) };
  }

  const MAPPING = 'fields: { Email: email, Last_Name: last_name }\n';

  it('are treated by the mapping’s policy for deleted ones if they are few', async () => {
    const { sandbox, folder, ids } = await delivered(`deleted: delete\n${MAPPING}`, 40);
    for (const id of ids.slice(0, 3)) await sandbox.control.deleteIdentity(id);
    const serve = await aServe(sandbox, { ...OFTEN, folder });
    await nextDone(serve);
    const marked = () =>
      serve.rows('SELECT identity_id FROM ledger WHERE deleted_at IS NOT NULL ORDER BY identity_id');
    await eventually(() => marked().length === 3);
    expect(marked().map((row) => row['identity_id'])).toEqual(ids.slice(0, 3));
    expect(await sandbox.control.contacts()).toHaveLength(37);
  });

  it('if they are more than ten: the log and the metrics ask for a person, and nothing is deleted', async () => {
    const { sandbox, folder, ids } = await delivered(`deleted: delete\n${MAPPING}`, 40);
    for (const id of ids.slice(0, 11)) await sandbox.control.deleteIdentity(id);
    const serve = await aServe(sandbox, { ...OFTEN, folder });
    const line = await serve.logged(({ msg }) => msg.includes('ory-zoho backfill --prune'));
    expect(line).toMatchObject({ gone: 11, links: 40 });
    await serve.logged(done);
    expect(await sandbox.control.contacts()).toHaveLength(40);
    expect(serve.rows('SELECT identity_id FROM absent')).toHaveLength(11);
    const metrics = await (await fetch(`${serve.url}/metrics`)).text();
    expect(metrics).toMatch(/ory_zoho_scans_total\{scan="reconcile",state="done"\} [1-9]/);
  });

  it('more than ten left by an earlier policy stay when the mapping later says delete', async () => {
    const { sandbox, folder, ids } = await delivered(`deleted: leave\n${MAPPING}`, 40);
    for (const id of ids.slice(0, 12)) await sandbox.control.deleteIdentity(id);
    // The scan asks for each of the twelve, then delivery does.
    const on = { operation: 'ory_get' } as const;
    const held = await sandbox.control.addFault({ on, after: 12, effect: { hold: 'before_commit' } });
    const first = await aServe(sandbox, { ...OFTEN, folder });
    await sandbox.control.waitForHeld(held);
    await first.kill();
    writeFileSync(`${folder}/ory-zoho.mapping.yaml`, `deleted: delete\n${MAPPING}`);
    const serve = await aServe(sandbox, { ...OFTEN, folder });
    const marked = () => serve.rows('SELECT identity_id FROM ledger WHERE deleted_at IS NOT NULL');
    await eventually(() => marked().length === 12);
    expect(await sandbox.control.contacts()).toHaveLength(40);
  });

  it('one that is missing from Ory’s list but still exists keeps its contact', async () => {
    const { sandbox, folder, ids } = await delivered(`deleted: delete\n${MAPPING}`, 40);
    const some = await sandbox.control.identity(ids[5] ?? '');
    await sandbox.control.addFault({
      on: { operation: 'ory_list', containing: 'page_size=500&consistency=strong' },
      effect: { status: 200, body: JSON.stringify([some]) },
    });
    const serve = await aServe(sandbox, { ...OFTEN, folder });
    await nextDone(serve);
    expect(await sandbox.control.contacts()).toHaveLength(40);
    expect(serve.rows('SELECT identity_id FROM ledger WHERE deleted_at IS NOT NULL')).toEqual([]);
  });
});
