import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigurationError } from '../../errors.ts';
import { locateStore, missingFile } from './locate.ts';

test.each([
  ['sqlite:/data/store.db', { engine: 'sqlite', path: '/data/store.db' }],
  ['sqlite:///data/store.db', { engine: 'sqlite', path: '/data/store.db' }],
  ['sqlite:store.db', { engine: 'sqlite', path: 'store.db' }],
  ['postgres://u:p@host/db', { engine: 'postgres', url: 'postgres://u:p@host/db' }],
  ['postgresql://host/db', { engine: 'postgres', url: 'postgresql://host/db' }],
])('%s is found', (url, place) => {
  expect(locateStore(url)).toEqual(place);
});

test.each([
  'mysql://host/db',
  'store.db',
  'sqlite::memory:',
  'sqlite:file:store.db',
  'sqlite:store.db?mode=rw',
])('%s is not a store', (url) => {
  expect(() => locateStore(url)).toThrow(ConfigurationError);
});

test('a file that does not exist is missing, but one that the system will not show is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ory-zoho-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'store.db');
  expect(missingFile(`sqlite:${path}`)).toBe(path);
  await writeFile(path, '');
  expect(missingFile(`sqlite:${path}`)).toBeUndefined();
  // A folder that is closed to this user gives such an error. No folder is closed to root.
  expect(missingFile(`sqlite:${folder}/${'x'.repeat(300)}`)).toBeUndefined();
  expect(missingFile('postgres://host/db')).toBeUndefined();
});
