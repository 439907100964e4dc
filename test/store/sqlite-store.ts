import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/open.ts';
import type { Opened } from './fixtures.ts';

/** A folder that ends with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a store at this path. It is closed with the test. */
export async function openAt(path: string): Promise<Store> {
  const store = await openStore(`sqlite:${path}`);
  onTestFinished(() => store.close());
  return store;
}

export async function openSqliteStore(): Promise<Opened> {
  const path = join(await temporaryFolder(), 'store.db');
  return { store: await openAt(path), another: () => openAt(path) };
}
