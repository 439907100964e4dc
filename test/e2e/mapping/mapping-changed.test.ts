import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContactView, IdentityJson } from '../../../src/sandbox/control/control.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { DEFAULT_SCOPES } from '../../../src/sandbox/zoho/zoho-settings.ts';
import { runBackfill } from '../processes/backfill-process.ts';
import { connectionTo, runCommand } from '../processes/command.ts';
import { diagnose } from '../processes/doctor-run.ts';
import { eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeOptions, ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const ID_FIELD = { apiName: 'Ory_Identity_ID', unique: { caseSensitive: false } };
const FIELDS = '\n  Email: email\n  Last_Name: last_name\n';
const WEBSITE = `fields:${FIELDS}  Lead_Source: "'Website'"\n`;
const TYPO = `fields:${FIELDS}  Lead_Source: "'Typo'"\n`;

type Served = {
  readonly sandbox: Sandbox;
  readonly serve: ServeProcess;
  readonly people: readonly IdentityJson[];
};

function useMapping(folder: string, mapping: string): void {
  writeFileSync(join(folder, 'ory-zoho.mapping.yaml'), mapping);
}

async function signUp(sandbox: Sandbox, serve: ServeProcess, traits: Record<string, string>) {
  const identity = await sandbox.control.createIdentity({ traits });
  await serve.send(identity, 'registration');
  await eventually(() => serve.outcomes(identity.id).length > 0);
  return identity;
}

/** Ann and Bob each have a contact, made by this mapping. */
async function twoSynced(mapping: string, options: ServeOptions = {}, fields = [ID_FIELD]): Promise<Served> {
  const sandbox = await aSandbox({ fields });
  const folder = newFolder();
  useMapping(folder, mapping);
  const serve = await aServe(sandbox, { ory: true, ...options, folder });
  const people = [];
  for (const name of ['ann', 'bob'])
    people.push(await signUp(sandbox, serve, { email: `${name}@example.org`, name }));
  return { sandbox, serve, people };
}

/** serve comes back after a gap. The scan for the gap and the next reconcile have finished. */
async function restart(
  { sandbox, serve: before, ...rest }: Served,
  mapping: string,
  options: ServeOptions = {},
) {
  await before.stop();
  before.change('UPDATE store SET served_at = served_at - 60000');
  useMapping(before.folder, mapping);
  const variables = { RECONCILE_INTERVAL: '1s', ...options.variables };
  const serve = await aServe(sandbox, { ory: true, ...options, variables, folder: before.folder });
  const done = () => serve.log.filter(({ msg }) => msg === 'reconcile is done').length;
  if (options.ory !== false) await eventually(() => done() >= 2);
  return { sandbox, serve, ...rest };
}

/** Waits until a reconcile that begins after this call is done. */
async function nextReconcile(serve: ServeProcess): Promise<void> {
  const begun = () => serve.log.filter(({ msg }) => msg === 'reconcile begins');
  const before = begun().length;
  const next = await eventually(() => begun()[before]);
  await serve.logged(({ msg, run }) => msg === 'reconcile is done' && run === next['run']);
}

async function contactOf(sandbox: Sandbox, name: string): Promise<ContactView> {
  const contacts = await sandbox.control.contacts();
  const found = contacts.find(({ fields }) => fields['Email'] === `${name}@example.org`);
  if (found === undefined) throw new Error(`no contact of ${name}`);
  return found;
}

/** What was written to each contact, in order. */
async function written(sandbox: Sandbox): Promise<Record<string, string[]>> {
  const contacts = await sandbox.control.contacts();
  return Object.fromEntries(
    contacts.map(({ fields, history }) => [
      JSON.stringify(fields['Email']).replace(/^"(\w+)@.*/, '$1'),
      history.map((write) => write.fields.toSorted().join(' ')),
    ]),
  );
}

async function statusText({ sandbox, serve }: Served, args: string[] = [], variables = {}): Promise<string> {
  const all = { ...connectionTo(sandbox, serve.folder), ...variables };
  return (await runCommand(['status', ...args], { folder: serve.folder, variables: all })).stdout;
}

/** What `status --json` says about the mapping. */
async function statusOf(served: Served, variables: Record<string, string> = {}): Promise<unknown> {
  return JSON.parse(await statusText(served, ['--json'], variables)).mapping;
}

async function metric({ serve }: Served, name: string): Promise<string | undefined> {
  const text = await (await fetch(`${serve.url}/metrics`)).text();
  return text.split('\n').find((line) => line.startsWith(name));
}

const MADE = 'Email Last_Name Lead_Source';

describe('a changed mapping (rule 25)', () => {
  it('reaches no contact by a restart, one by its webhook, and all by a backfill', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people } = first;
    const served = await restart(first, TYPO);
    const { serve } = served;
    expect(await written(sandbox)).toEqual({ ann: [MADE], bob: [MADE] });

    const [ann] = people;
    await serve.send(ann ?? {}, 'login');
    await eventually(() => serve.outcomes(ann?.id ?? '').includes('updated'));
    await nextReconcile(serve);
    expect(await written(sandbox)).toEqual({ ann: [MADE, 'Lead_Source'], bob: [MADE] });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 1, older_skipped: 0 });

    const dry = await runBackfill(sandbox, ['--dry-run'], { folder: serve.folder });
    expect(dry.last).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await written(sandbox)).toEqual({ ann: [MADE, 'Lead_Source'], bob: [MADE] });
    const { last } = await runBackfill(sandbox, [], { folder: serve.folder });
    expect(last).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await written(sandbox)).toEqual({ ann: [MADE, 'Lead_Source'], bob: [MADE, 'Lead_Source'] });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 0 });
  });

  it('is reported by the log of serve, status, doctor and the metrics, with the commands to apply it', async () => {
    const served = await restart(await twoSynced(WEBSITE), TYPO);
    const { sandbox, serve } = served;
    const warning = await serve.logged(({ msg }) => msg.includes('older mapping'));
    expect(warning).toMatchObject({ contacts: 2, skipped: 0 });
    expect(warning.msg).toContain('ory-zoho backfill --dry-run');
    const text = await statusText(served);
    expect(text).toMatch(/^Mapping +2 contacts were made by an older mapping$/m);
    expect(text).toContain('ory-zoho backfill --dry-run');
    expect(await metric(served, 'ory_zoho_older_mapping{what="contacts"}')).toMatch(/ 2$/);
    const diagnosis = await diagnose(sandbox, { folder: serve.folder });
    expect(diagnosis.of('mapping').join('\n')).toMatch(
      /^warn 2 contacts were made by an older mapping.*backfill --dry-run/m,
    );
    await runBackfill(sandbox, [], { folder: serve.folder });
    expect(await statusText(served)).not.toMatch(/^Mapping/m);
  });

  it('is used by a scan for a changed identity, and for one whose address was verified', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people } = first;
    const served = await restart(first, TYPO);
    const [ann, bob] = people;
    await sandbox.control.updateIdentity(ann?.id ?? '', {
      traits: { email: 'ann@example.org', name: 'Lee' },
    });
    await sandbox.control.verifyIdentity(bob?.id ?? '');
    await eventually(async () => (await contactOf(sandbox, 'ann')).writes === 2);
    await eventually(async () => (await contactOf(sandbox, 'bob')).writes === 2);
    await nextReconcile(served.serve);
    expect(await written(sandbox)).toEqual({
      ann: [MADE, 'Last_Name Lead_Source'],
      bob: [MADE, 'Lead_Source'],
    });
  });

  it('does not matter to a scan when only `updated_at` changed, and a late old webhook is still recognized', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people, serve: before } = first;
    const [ann] = people;
    const traits = { email: 'ann@example.org', name: 'ann' };
    await before.stop();
    const between = await sandbox.control.updateIdentity(ann?.id ?? '', {
      traits: { ...traits, name: 'Old' },
    });
    await sandbox.control.advanceClock(10_000);
    await sandbox.control.updateIdentity(ann?.id ?? '', { traits });
    const { serve } = await restart(first, TYPO);
    expect(await written(sandbox)).toEqual({ ann: [MADE], bob: [MADE] });
    await serve.send(between, 'settings');
    await serve.logged(({ msg, result }) => msg === 'put' && result === 'older');
    expect((await contactOf(sandbox, 'ann')).fields['Last_Name']).toBe('ann');
  });

  it('does not matter to a scan that cannot see the last sign-in, which only a webhook has', async () => {
    const signIn = '  Description: signed_in_at\n';
    const first = await twoSynced(WEBSITE + signIn);
    const { sandbox, people } = first;
    const [ann] = people;
    const time = '2026-11-24T08:30:00Z';
    await first.serve.send(ann ?? {}, 'login', {
      body: JSON.stringify({ identity: ann, signed_in_at: time }),
    });
    await eventually(() => first.serve.outcomes(ann?.id ?? '').includes('updated'));
    expect((await contactOf(sandbox, 'ann')).fields['Description']).toBe(time);
    await restart(first, TYPO + signIn);
    expect(await written(sandbox)).toEqual({ ann: [MADE, 'Description'], bob: [MADE] });
  });

  it('with a stricter `when` leaves excluded contacts as they are until a backfill', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox } = first;
    const served = await restart(first, `when: last_name = 'ann'\notherwise: delete\n${WEBSITE}`);
    expect(await written(sandbox)).toEqual({ ann: [MADE], bob: [MADE] });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 2 });
    const { folder } = served.serve;
    expect((await runBackfill(sandbox, ['--dry-run'], { folder })).last).toMatchObject({
      skipped: 1,
      unchanged: 1,
    });
    expect(await written(sandbox)).toEqual({ ann: [MADE], bob: [MADE] });
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ skipped: 1, unchanged: 1 });
    expect(await written(sandbox)).toEqual({ ann: [MADE] });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 0, older_skipped: 0 });
  });

  it('with a milder `when` adds identities at the next backfill, and status says how many were left out', async () => {
    const first = await twoSynced(`when: last_name = 'ann'\n${WEBSITE}`);
    const { sandbox } = first;
    const served = await restart(first, WEBSITE);
    expect(await written(sandbox)).toEqual({ ann: [MADE] });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 1, older_skipped: 1 });
    expect(await statusText(served)).toMatch(
      /^Mapping +1 contact was made and 1 identity was left out by an older mapping/m,
    );
    expect((await runBackfill(sandbox, [], { folder: served.serve.folder })).last).toMatchObject({
      created: 1,
      unchanged: 1,
    });
  });

  it('is tried at once for an identity that has failed, and for no other', async () => {
    const phone = { apiName: 'Phone', mandatory: true };
    const sandbox = await aSandbox({ fields: [phone] });
    const folder = newFolder();
    const mapping = `fields:${FIELDS}  Phone: phone\n`;
    useMapping(folder, mapping);
    const serve = await aServe(sandbox, { ory: true, folder });
    const ann = await signUp(sandbox, serve, {
      email: 'ann@example.org',
      name: 'ann',
      phone: '+491701234567',
    });
    const bob = await signUp(sandbox, serve, { email: 'bob@example.org', name: 'bob' });
    expect(serve.outcomes(bob.id)).toEqual(['failed zoho_mandatory_not_found']);
    const first = { sandbox, serve, people: [ann, bob] };
    const served = await restart(
      first,
      `${mapping}  Title: "'Customer'"\n`.replace('phone\n', "phone ?? '0'\n"),
    );
    await eventually(() => served.serve.outcomes(bob.id).includes('created'));
    expect(await written(sandbox)).toEqual({
      ann: ['Email Last_Name Phone'],
      bob: ['Email Last_Name Phone Title'],
    });
    expect(await statusOf(served)).toMatchObject({ older_contacts: 1 });
    expect((await runBackfill(sandbox, [], { folder })).last).toMatchObject({ updated: 1, unchanged: 1 });
  });

  it('is not used by a running serve, and status says so', async () => {
    const served = await twoSynced(WEBSITE);
    expect(await statusOf(served)).toEqual({
      older_contacts: 0,
      older_skipped: 0,
      serve_is_current: true,
    });
    useMapping(served.serve.folder, TYPO);
    expect(await statusOf(served)).toEqual({ older_contacts: 2, older_skipped: 0, serve_is_current: false });
    expect(await statusText(served)).toContain('Restart serve');
    useMapping(served.serve.folder, 'fields: [');
    expect(await statusOf(served)).toBeNull();
    expect(await statusText(served)).toMatch(/^Mapping +cannot be read/m);
  });
});

describe('an ORY_ID_FIELD that is set later', () => {
  const variables = { ORY_ID_FIELD: ID_FIELD.apiName };
  const hashes = (serve: ServeProcess) => serve.rows('SELECT mapping_hash FROM ledger ORDER BY identity_id');

  it.each([
    ['under the same mapping', WEBSITE, 0],
    ['though the mapping has changed too', TYPO, 2],
  ])('only writes the id into the linked contacts, %s', async (_when, mapping, older) => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people } = first;
    const before = hashes(first.serve);
    const served = await restart(first, mapping, { variables });
    const { serve } = served;
    await eventually(async () => (await sandbox.control.contacts()).every(({ writes }) => writes === 2));
    await nextReconcile(serve);
    expect(await written(sandbox)).toEqual({
      ann: [MADE, 'Ory_Identity_ID'],
      bob: [MADE, 'Ory_Identity_ID'],
    });
    expect((await contactOf(sandbox, 'ann')).fields['Ory_Identity_ID']).toBe(people[0]?.id);
    expect(hashes(serve)).toEqual(before);
    expect(await statusOf(served, variables)).toMatchObject({ older_contacts: older });

    const { folder } = serve;
    const { last } = await runBackfill(sandbox, [], { folder, variables });
    expect(last).toMatchObject({ updated: older, unchanged: 2 - older });
    const rest = older === 0 ? [] : ['Lead_Source'];
    expect(await written(sandbox)).toEqual({
      ann: [MADE, 'Ory_Identity_ID', ...rest],
      bob: [MADE, 'Ory_Identity_ID', ...rest],
    });
  });

  it('is written where `adopt: fill` keeps a salesperson’s fields, even without the COQL scope', async () => {
    const sandbox = await aSandbox({ fields: [ID_FIELD] });
    const folder = newFolder();
    const mapping = `adopt: fill\n${WEBSITE}`;
    useMapping(folder, mapping);
    await sandbox.control.putContact(null, { Email: 'ann@example.org', Last_Name: 'Typed' });
    const serve = await aServe(sandbox, { ory: true, folder });
    const ann = await signUp(sandbox, serve, { email: 'ann@example.org', name: 'ann' });
    const scopes = DEFAULT_SCOPES.filter((scope) => scope !== 'ZohoCRM.coql.READ');
    const token = await sandbox.control.issueRefreshToken(scopes);
    const narrower = { variables: { ...variables, ZOHO_REFRESH_TOKEN: token } };
    const served = await restart({ sandbox, serve, people: [ann] }, mapping, narrower);
    await eventually(async () => (await contactOf(sandbox, 'ann')).fields['Ory_Identity_ID'] === ann.id);
    await nextReconcile(served.serve);
    const contact = await contactOf(sandbox, 'ann');
    expect(contact.fields['Last_Name']).toBe('Typed');
    expect(contact.history.map((write) => write.fields.join())).toEqual([
      expect.any(String),
      'Lead_Source',
      'Ory_Identity_ID',
    ]);
  });

  it('is written by a backfill too, and the dry run says so', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, serve } = first;
    await serve.stop();
    const dry = await runBackfill(sandbox, ['--dry-run'], { folder: serve.folder, variables });
    expect(dry.last).toMatchObject({ updated: 2, fields: { Ory_Identity_ID: 2 } });
    const { last } = await runBackfill(sandbox, [], { folder: serve.folder, variables });
    expect(last).toMatchObject({ updated: 2 });
    const made = [MADE, 'Ory_Identity_ID'];
    expect(await written(sandbox)).toEqual({ ann: made, bob: made });
  });

  it('is written with the next webhook if there is no admin API', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people } = first;
    const { serve } = await restart(first, WEBSITE, { ory: false, variables });
    const [ann] = people;
    await serve.send(ann ?? {}, 'login');
    await eventually(() => serve.outcomes(ann?.id ?? '').includes('updated'));
    expect(await written(sandbox)).toEqual({ ann: [MADE, 'Ory_Identity_ID'], bob: [MADE] });
  });

  it('has the whole contact created again by the mapping in use if the linked one is gone from Zoho', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox, people } = first;
    await sandbox.control.deleteContact((await contactOf(sandbox, 'bob')).id);
    const { serve } = await restart(first, TYPO, { variables });
    await eventually(() => serve.outcomes(people[1]?.id ?? '').includes('created'));
    expect(await written(sandbox)).toEqual({
      ann: [MADE, 'Ory_Identity_ID'],
      bob: ['Email Last_Name Lead_Source Ory_Identity_ID'],
    });
    expect((await contactOf(sandbox, 'bob')).fields['Lead_Source']).toBe('Typo');
    expect(new Set(hashes(serve).map((row) => row['mapping_hash'])).size).toBe(2);
  });

  it('is not tried at each scan if Zoho refuses the id', async () => {
    const first = await twoSynced(WEBSITE);
    const { sandbox } = first;
    const refusal = {
      code: 'INVALID_DATA',
      details: { api_name: ID_FIELD.apiName },
      message: 'no',
      status: 'error',
    };
    await sandbox.control.addFault({
      on: { operation: 'update' },
      effect: { status: 200, body: JSON.stringify({ data: [refusal, refusal] }) },
    });
    const { serve } = await restart(first, TYPO, { variables });
    const settled = () => serve.log.filter((line) => typeof line['outcome'] === 'string').length;
    const before = settled();
    await nextReconcile(serve);
    expect(settled()).toBe(before);
  });
});
