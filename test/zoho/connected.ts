import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ContactFields } from '../../src/model/contact.ts';
import type { TokenCache } from '../../src/model/token-cache.ts';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { openStore } from '../../src/store/open.ts';
import { tokenCache } from '../../src/store/token.ts';
import type { CallObserved } from '../../src/zoho/call.ts';
import type { ZohoClient, ZohoClientOptions } from '../../src/zoho/client.ts';
import { createZohoClient } from '../../src/zoho/client.ts';
import { resolveHosts } from '../../src/zoho/data-center.ts';

/** Token caches on one store. Each is opened separately, as if by several processes on one machine. */
export async function newTokenCaches(count: number): Promise<TokenCache[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-'));
  const caches: TokenCache[] = [];
  onTestFinished(() => rm(folder, { recursive: true }));
  for (let opened = 0; opened < count; opened += 1) {
    const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
    onTestFinished(() => store.close());
    caches.push(tokenCache(store));
  }
  return caches;
}

export async function newSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** A client as one process has it, with the calls that it observed. */
export function clientOf(
  sandbox: Sandbox,
  cache: TokenCache,
  change: Partial<ZohoClientOptions> & { readonly version?: string } = {},
): { zoho: ZohoClient; calls: CallObserved[]; logged: string[] } {
  const calls: CallObserved[] = [];
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const { accountsUrl, clientId, clientSecret, refreshToken } = sandbox.zoho;
  const zoho = createZohoClient({
    hosts: resolveHosts({ apiBaseUrl: sandbox.zoho.apiBaseUrl(change.version), accountsUrl }),
    clientId,
    clientSecret,
    refreshToken,
    tokenCache: cache,
    observe: (call) => void calls.push(call),
    log: { info: log, warn: log },
    ...change,
  });
  onTestFinished(() => zoho.close());
  return { zoho, calls, logged };
}

export async function connected(options: SandboxOptions = {}, change: Parameters<typeof clientOf>[2] = {}) {
  const sandbox = await newSandbox(options);
  const [cache, otherCache] = await newTokenCaches(2);
  if (cache === undefined || otherCache === undefined) throw new Error('no token cache');
  return { sandbox, cache, otherCache, control: sandbox.control, ...clientOf(sandbox, cache, change) };
}

/** This many people, each with an email and a name. */
export function people(count: number): ContactFields[] {
  return Array.from({ length: count }, (_, index) => ({
    Email: `person${index}@example.com`,
    Last_Name: `Person ${index}`,
  }));
}

export function upsertOf(records: readonly ContactFields[], signal?: AbortSignal) {
  return { module: 'Contacts', records, duplicateCheckFields: ['Email'], trigger: [], signal };
}
