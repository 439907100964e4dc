/** Delivery in this process, on a real store, to the sandbox. For tests of the outcome of one identity. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { compileMapping } from '../../src/mapping/compile.ts';
import { loadMapping } from '../../src/mapping/file/mapping-file.ts';
import type { Event } from '../../src/model/event.ts';
import type { Identity } from '../../src/model/identity.ts';
import type { Json } from '../../src/model/json.ts';
import { NODE_WORLD } from '../../src/node-world.ts';
import type { World } from '../../src/model/world.ts';
import type { Report } from '../../src/model/report.ts';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { openStore } from '../../src/store/open.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import type { PutEntry } from '../../src/store/outbox/put/put-entry.ts';
import { tokenCache } from '../../src/store/token.ts';
import { Delivery } from '../../src/sync/delivery/delivery.ts';
import { snapshotOf } from '../../src/sync/intake/snapshot.ts';
import { createZohoClient } from '../../src/zoho/client.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';
import { OPEN_PROJECT } from '../fixtures/ory/open-project.ts';

export const ANN = '0f1c2d3e-0000-4000-8000-000000000001';
const quiet = { info: () => {}, warn: () => {} };

export type Settled = Extract<Report, { what: 'settled' }>;

export interface Configured {
  /** With Ory's admin API. */
  readonly ory?: true;
  readonly oryIdField?: string;
  readonly world?: World;
}

export async function aDelivery(
  options: SandboxOptions = {},
  mappingText?: string,
  { ory: reads, oryIdField, world = NODE_WORLD }: Configured = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-delivery-'));
  const sandbox = await startSandbox({ ...OPEN_PROJECT, ...options });
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`, world);
  const file = join(folder, 'mapping.yaml');
  if (mappingText !== undefined) await writeFile(file, mappingText);
  const mapping = compileMapping(
    await loadMapping(mappingText === undefined ? undefined : file),
    oryIdField === undefined ? {} : { oryIdField },
  );
  const { accountsUrl, clientId, clientSecret, refreshToken } = sandbox.zoho;
  const hosts = resolveHosts({ apiBaseUrl: sandbox.zoho.apiBaseUrl(), accountsUrl });
  const cache = tokenCache(store);
  const zoho = createZohoClient({
    hosts,
    clientId,
    clientSecret,
    refreshToken,
    tokenCache: cache,
    world,
    log: quiet,
  });
  const ory = reads === undefined ? undefined : createOryAdminClient(sandbox.ory);

  const waiting: ((report: Settled) => void)[] = [];
  const report = (one: Report) => {
    if (one.what === 'settled') waiting.shift()?.(one);
  };
  const context = { store, zoho, ory, mapping, oryIdField: oryIdField ?? null, report };
  const delivery = new Delivery(context, async () => undefined);
  delivery.start();
  onTestFinished(async () => {
    await delivery.stop();
    await delivery.close();
    await ory?.close();
    await store.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  /** The outcome of the next row that settles after `work` has put it in. */
  async function settledBy(work: () => Promise<unknown>): Promise<Settled> {
    const settled = new Promise<Settled>((resolve) => waiting.push(resolve));
    await work();
    delivery.wake();
    return settled;
  }

  let minute = 0;
  const rules = { mappingHash: mapping.hash, adminReads: ory !== undefined };
  /** Puts Ann in as she is now, and resolves with her outcome. */
  function deliver(change: Partial<Identity>, event: Event = 'settings', how: Partial<PutEntry> = {}) {
    minute += 1;
    const updated_at = `2026-11-24T10:${String(minute).padStart(2, '0')}:00Z`;
    const identity = { id: ANN, state: 'active', updated_at, ...change };
    return settledBy(() => put(store, [{ ...snapshotOf(identity, event, store.hmac), ...how }], rules));
  }
  /** Claims no more rows, and waits for calls under way. */
  const stop = () => delivery.stop();
  const callsUnderWay = () => delivery.zohoStats.inFlight;
  const path = join(folder, 'store.db');
  const { control } = sandbox;
  return { control, store, path, rules, mapping, delivery, deliver, settledBy, stop, callsUnderWay };
}

export const traits = (more: { [name: string]: Json } = {}) => ({
  traits: { email: 'ann@example.com', name: 'Ann Smith', ...more },
});
