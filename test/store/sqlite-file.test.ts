import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/errors.ts';
import { openStore } from '../../src/store/open.ts';
import { countOutbox } from '../../src/store/outbox/count.ts';
import { canWrite } from '../../src/store/probe.ts';
import { putPeople } from './fixtures.ts';
import { openAt, temporaryFolder } from './sqlite-store.ts';

const OPEN_ONCE = fileURLToPath(new URL('./open-once.ts', import.meta.url));
/** Root may write everywhere, so a test about permissions runs its process as another user. */
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;

async function newPath(): Promise<string> {
  return join(await temporaryFolder(), 'store.db');
}

/** Another, manual connection to the file. */
function connect(path: string): DatabaseSync {
  const connection = new DatabaseSync(path);
  onTestFinished(() => connection.close());
  return connection;
}

async function openInAProcess(path: string, user?: number): Promise<unknown> {
  const child = spawn(process.execPath, [OPEN_ONCE, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output);
}

describe('The SQLite file', () => {
  test('is readable only by its owner, and so are the files beside it', async () => {
    const path = join(await temporaryFolder(), 'made', 'on', 'the', 'way', 'store.db');
    await putPeople(await openAt(path), 1);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      expect([file, (await stat(file)).mode & 0o777]).toEqual([file, 0o600]);
    }
  });

  test('at two paths is two stores, at two forms of one path one store', async () => {
    const path = await newPath();
    await putPeople(await openAt(path), 1);
    const other = await openStore(`sqlite://${path}`);
    onTestFinished(() => other.close());
    expect((await countOutbox(other)).due).toBe(1);
  });

  test.each(['mysql://localhost/x', 'sqlite:', 'store.db', ''])('%j names no store: exit 2', async (url) => {
    await expect(openStore(url)).rejects.toMatchObject({ code: 'database_url', exitCode: 2 });
  });

  test('keeps its data when closed and opened again', async () => {
    const path = await newPath();
    const first = await openStore(`sqlite:${path}`);
    await putPeople(first, 1);
    await first.close();
    const second = await openAt(path);
    expect((await countOutbox(second)).due).toBe(1);
    expect(second.hmac('x')).toBe(first.hmac('x'));
  });

  test('rule 30: WAL with synchronous=FULL', async () => {
    const store = await openAt(await newPath());
    const pragma = (name: string) => store.database.read((sql) => sql.all(`PRAGMA ${name}`));
    expect(await pragma('journal_mode')).toMatchObject([{ journalMode: 'wal' }]);
    expect(await pragma('synchronous')).toMatchObject([{ synchronous: 2 }]);
  });

  test('is one store when four processes create it at once', async () => {
    const path = await newPath();
    const opened = await Promise.all([1, 2, 3, 4].map(() => openInAProcess(path)));
    expect(opened[0]).toMatchObject({ key: expect.any(String) });
    expect(opened.map((one) => JSON.stringify(one))).toEqual(opened.map(() => JSON.stringify(opened[0])));
  });

  test('that a newer version has migrated is refused', async () => {
    const path = await newPath();
    const store = await openStore(`sqlite:${path}`);
    await store.close();
    connect(path).exec('INSERT INTO migration (number, applied_at) VALUES (9999, 0)');
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
      kind: 'broken',
      exitCode: 2,
      message: expect.stringContaining('9999'),
      hint: expect.stringContaining('newer version'),
    });
  });
});

describe('A store that is busy', () => {
  test('is waited for without stopping the event loop, and written once it is free', async () => {
    const path = await newPath();
    const store = await openAt(path);
    const other = connect(path);
    other.exec('BEGIN IMMEDIATE');
    const results = putPeople(store, 1);
    // Timers run during the wait, and the last of them frees the store.
    for (let ticks = 0; ticks < 10; ticks += 1) await delay(5);
    other.exec('ROLLBACK');
    expect(await results).toEqual(['put']);
  });

  test('is given up in the end, with nothing put in; the next try may succeed', async () => {
    const path = await newPath();
    const store = await openAt(path);
    const other = connect(path);
    other.exec('BEGIN IMMEDIATE');
    const error: unknown = await putPeople(store, 1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ kind: 'busy', code: 'store_busy', exitCode: 1 });
    other.exec('ROLLBACK');
    expect((await countOutbox(store)).due).toBe(0);
    expect(await putPeople(store, 1)).toEqual(['put']);
  });

  test('can still be read', async () => {
    const path = await newPath();
    const store = await openAt(path);
    connect(path).exec('BEGIN IMMEDIATE');
    expect((await countOutbox(store)).due).toBe(0);
  });
});

describe('A store that cannot be used: the message says what is wrong and what to do', () => {
  test('no database', async () => {
    const path = await newPath();
    await writeFile(path, 'This is a letter, not a database.');
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('not a database'),
      hint: expect.stringContaining('DATABASE_URL'),
    });
    expect(await readFile(path, 'utf8')).toBe('This is a letter, not a database.');
  });

  test('a folder', async () => {
    await expect(openStore(`sqlite:${await temporaryFolder()}`)).rejects.toMatchObject({
      kind: 'broken',
      exitCode: 2,
    });
  });

  test('damaged', async () => {
    const path = await newPath();
    const store = await openStore(`sqlite:${path}`);
    await store.close();
    const bytes = await readFile(path);
    bytes.fill(0xa5, 4096);
    await writeFile(path, bytes);
    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('damaged'),
      hint: expect.stringContaining('backup'),
    });
  });

  test('in a folder that is not writable', async () => {
    const folder = join(await temporaryFolder(), 'folder');
    const path = join(folder, 'store.db');
    await mkdir(folder);
    const store = await openStore(`sqlite:${path}`);
    await store.close();
    if (IS_ROOT) for (const file of [path, folder, join(folder, '..')]) await chown(file, NOBODY, NOBODY);
    await chmod(folder, 0o555);
    onTestFinished(() => chmod(folder, 0o755));
    const user = IS_ROOT ? NOBODY : undefined;
    expect(await openInAProcess(path, user)).toMatchObject({
      kind: 'read_only',
      exitCode: 2,
      hint: expect.stringContaining('write access'),
    });
    expect(await openInAProcess(join(folder, 'new.db'), user)).toMatchObject({ kind: 'broken', exitCode: 2 });
    expect(await openInAProcess(join(folder, 'new', 'store.db'), user)).toMatchObject({
      kind: 'broken',
      exitCode: 2,
    });
  });
});

test('rule 30: the probe writes to the disk, because only a write shows that it is full', async () => {
  const path = await newPath();
  const store = await openStore(`sqlite:${path}`);
  const written = async () => (await stat(`${path}-wal`)).size;
  const before = await written();
  expect(await canWrite(store)).toBe(true);
  expect(await written()).toBeGreaterThan(before);
  await store.close();
});
