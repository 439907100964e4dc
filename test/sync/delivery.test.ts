import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/mapping-file.ts';
import type { Event } from '../../src/model/event.ts';
import type { Identity } from '../../src/model/identity.ts';
import type { Json } from '../../src/model/json.ts';
import type { Report } from '../../src/model/report.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { openStore } from '../../src/store/open.ts';
import { put } from '../../src/store/outbox/put.ts';
import type { PutEntry } from '../../src/store/outbox/merge.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { tokenCache } from '../../src/store/token.ts';
import { Delivery } from '../../src/sync/delivery.ts';
import { snapshotOf } from '../../src/sync/snapshot.ts';
import { createZohoClient } from '../../src/zoho/client.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';

const ANN = '0f1c2d3e-0000-4000-8000-000000000001';
const NO_COQL = ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.settings.fields.READ'];
const quiet = { info: () => {}, warn: () => {} };

type Settled = Extract<Report, { what: 'settled' }>;

/** Delivery in this process, on a real store, to the sandbox. */
async function aDelivery(options: SandboxOptions = {}, mappingText?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-delivery-'));
  const sandbox = await startSandbox(options);
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  const file = join(folder, 'mapping.yaml');
  if (mappingText !== undefined) await writeFile(file, mappingText);
  const mapping = compileMapping(await loadMapping(mappingText === undefined ? undefined : file));
  const { accountsUrl, clientId, clientSecret, refreshToken } = sandbox.zoho;
  const hosts = resolveHosts({ apiBaseUrl: sandbox.zoho.apiBaseUrl(), accountsUrl });
  const cache = tokenCache(store);
  const zoho = createZohoClient({
    hosts,
    clientId,
    clientSecret,
    refreshToken,
    tokenCache: cache,
    log: quiet,
  });

  const waiting: ((report: Settled) => void)[] = [];
  const report = (one: Report) => {
    if (one.what === 'settled') waiting.shift()?.(one);
  };
  const context = { store, zoho, ory: undefined, mapping, oryIdField: null, report };
  const delivery = new Delivery(context, async () => undefined);
  delivery.start();
  onTestFinished(async () => {
    await delivery.stop();
    await delivery.close();
    await store.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  let minute = 0;
  const rules = { mappingHash: mapping.hash, adminReads: false };
  /** Puts Ann in as she is now, and resolves to what became of her. */
  async function deliver(change: Partial<Identity>, event: Event = 'settings', how: Partial<PutEntry> = {}) {
    minute += 1;
    const updated_at = `2026-11-24T10:${String(minute).padStart(2, '0')}:00Z`;
    const identity = { id: ANN, state: 'active', updated_at, ...change };
    const settled = new Promise<Settled>((resolve) => waiting.push(resolve));
    await put(store, [{ ...snapshotOf(identity, event, store.hmac), ...how }], rules);
    delivery.wake();
    return settled;
  }
  return { control: sandbox.control, store, deliver };
}

const traits = (more: { [name: string]: Json } = {}) => ({
  traits: { email: 'ann@example.com', name: 'Ann Smith', ...more },
});

describe('Delivery', () => {
  test('rule 18: a field that only some snapshots tell of is neither cleared nor sent again by the others', async () => {
    const { control, deliver } = await aDelivery({}, 'fields: { Email: email, Title: "$string(verified)" }');
    const verifiable_addresses = [{ value: 'ann@example.com', via: 'email', verified: true }];
    const { contactId } = await deliver({ ...traits(), verifiable_addresses });
    await control.putContact(contactId, { Title: 'changed by a person' });
    // A hint tells no addresses.
    await deliver({ ...traits(), updated_at: '' });
    await deliver({ ...traits({ more: 1 }), verifiable_addresses });
    expect((await control.contact(contactId ?? ''))?.fields['Title']).toBe('changed by a person');
  });

  test('rule 18: a value that was sent and then refused can still be cleared', async () => {
    const { control, deliver } = await aDelivery();
    await control.addFault({
      times: 'always',
      effect: { refuseField: { apiName: 'Phone', code: 'INVALID_DATA', containing: '+666' } },
    });
    const { contactId } = await deliver(traits({ phone: '+4930111' }));
    expect((await deliver(traits({ phone: '+666' }))).leftOut).toEqual(['Phone']);
    // The refused value is not sent again.
    expect(await deliver(traits({ phone: '+666', name: 'Ann Jones' }))).toMatchObject({
      leftOut: [],
      fields: ['Last_Name'],
    });
    expect((await control.contact(contactId ?? ''))?.fields['Phone']).toBe('+4930111');
    await deliver(traits());
    expect((await control.contact(contactId ?? ''))?.fields['Phone']).toBeNull();
  });

  test('rule 4: to be compared, what a person changed in Zoho is put right, and what is right is not written', async () => {
    const { control, store, deliver } = await aDelivery();
    const { contactId } = await deliver(traits());
    await control.putContact(contactId, { Last_Name: 'Wrong' });
    expect((await deliver(traits({ more: 1 }))).outcome).toBe('unchanged');
    const compare = async () => ({ compare: true, readAsOf: await drawAsOf(store) });
    expect(await deliver(traits({ more: 1 }), 'sync', await compare())).toMatchObject({
      outcome: 'updated',
      fields: ['Last_Name'],
      contactId,
    });
    expect(await deliver(traits({ more: 1 }), 'sync', await compare())).toMatchObject({
      outcome: 'unchanged',
      contactId,
    });
  });

  test('rule 22: to be compared, a contact that is gone is made again', async () => {
    const { control, store, deliver } = await aDelivery();
    const first = await deliver(traits());
    await control.deleteContact(first.contactId ?? '');
    const again = await deliver(traits(), 'sync', { compare: true, readAsOf: await drawAsOf(store) });
    expect(again.outcome).toBe('created');
    expect((await control.contacts()).map(({ id }) => id)).toEqual([again.contactId]);
  });

  test('rule 16, no COQL scope: a made-up name is not written over a real one', async () => {
    const { control, deliver } = await aDelivery({ scopes: NO_COQL });
    const { id } = await control.putContact(null, { Email: 'ann@example.com', Last_Name: 'Real' });
    const { outcome } = await deliver({ traits: { email: 'ann@example.com' } }, 'registration');
    expect(outcome).toBe('updated');
    expect((await control.contact(id))?.fields['Last_Name']).toBe('Real');
  });

  test('rule 19: a unique field that could not be written after the upsert is not taken for sent', async () => {
    const unique = { apiName: 'Phone', unique: { caseSensitive: false } };
    const { control, deliver } = await aDelivery({ scopes: NO_COQL, fields: [unique] });
    const colleague = await control.putContact(null, {
      Email: 'bob@example.com',
      Last_Name: 'Bob',
      Phone: '+4930111',
    });
    const mine = await control.putContact(null, { Email: 'ann@example.com', Last_Name: 'Smith' });
    expect((await deliver(traits({ phone: '+4930111' }))).reason).toBe('duplicate_Phone');
    await control.putContact(colleague.id, { Phone: null });
    await deliver(traits({ phone: '+4930111', more: 1 }));
    expect((await control.contact(mine.id))?.fields['Phone']).toBe('+4930111');
  });

  test('rule 17: fill keeps off what it could not read', async () => {
    const { control, deliver } = await aDelivery(
      {},
      'adopt: fill\nfields: { Email: email, Title: "\'from Ory\'", Last_Name: last_name }',
    );
    await control.addFault({
      on: { operation: 'coql', containing: 'Title' },
      times: 'always',
      effect: {
        status: 400,
        body: '{"code":"INVALID_QUERY","details":{},"message":"invalid query formed","status":"error"}',
      },
    });
    const { id } = await control.putContact(null, {
      Email: 'ann@example.com',
      Last_Name: 'Real',
      Title: 'Real title',
    });
    expect(await deliver(traits())).toMatchObject({ outcome: 'unchanged', contactId: id });
    expect((await control.contact(id))?.fields).toMatchObject({ Last_Name: 'Real', Title: 'Real title' });
  });
});
