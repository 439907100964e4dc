import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { beat, joinAlone, joinStore, leaveStore } from '../../src/store/process.ts';
import { readProcesses } from '../../src/store/live-processes.ts';
import { noteGap } from '../../src/store/served.ts';
import type { ProcessHealth } from '../../src/store/live-processes.ts';
import type { Store } from '../../src/store/open.ts';
import type { OpenStore } from './fixtures.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { all, idOf, putPeople } from './fixtures.ts';
import { change } from './scan-fixtures.ts';

const WELL: ProcessHealth = {
  connection: 'open',
  paused: null,
  credits_remaining: null,
  calls: 0,
  concurrency: 5,
  token_expires_at: null,
  reads: { reason: 'network', message: 'no answer', until: 5 },
  intake: null,
};

export function processSuite(open: OpenStore): void {
  describe('processes on one store', () => {
    test('see one another, with their health, until they end', async () => {
      const { store, another } = await open();
      const serve = await joinStore(store, 'serve', 'mapping');
      const paused = { ...WELL, paused: { reason: 'network', until: 1 } };
      await beat(store, serve.joined, paused);
      const backfill = await joinStore(await another(), 'backfill', 'mapping');
      expect(backfill.others).toMatchObject([{ kind: 'serve', pid: process.pid, health: paused }]);
      await leaveStore(store, serve.joined);
      expect(await readProcesses(store)).toMatchObject([{ kind: 'backfill', health: null }]);
    });

    test('that must run alone: a second one learns which one is running', async () => {
      const { store, another } = await open();
      const first = await joinStore(store, 'backfill', 'mapping');
      const second = await joinAlone(await another(), 'backfill', 'mapping');
      expect(second).toMatchObject({ taken: { id: first.joined.id, pid: process.pid } });
      expect(await readProcesses(store)).toHaveLength(1);
    });

    test('a process without a heartbeat for 10 s counts as dead', async () => {
      const { store } = await open();
      await joinStore(store, 'backfill', 'mapping');
      await change(store, 'UPDATE process SET beat_at = beat_at - 11000');
      expect(await readProcesses(store)).toEqual([]);
      expect(await joinAlone(store, 'backfill', 'mapping')).toHaveProperty('joined');
      expect(await all(store, 'SELECT id FROM process')).toHaveLength(1);
    });

    test('a process killed on this machine is known to be dead at once', async () => {
      const { store } = await open();
      await joinStore(store, 'backfill', 'mapping');
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'exit');
      await change(store, `UPDATE process SET pid = ${child.pid}`);
      expect(await readProcesses(store)).toEqual([]);
    });

    test('a process that counted as dead is alive again at its next heartbeat', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'mapping');
      await change(store, 'DELETE FROM process');
      await beat(store, joined, WELL);
      expect(await readProcesses(store)).toMatchObject([{ id: joined.id, kind: 'serve' }]);
    });
  });

  describe('rule 27: a gap', () => {
    test('does not exist if serve never ran', async () => {
      const { store } = await open();
      await joinStore(store, 'serve', 'mapping');
      expect(await gapOf(store)).toBeNull();
    });

    test('does not exist if serve restarts at once', async () => {
      const { store } = await open();
      await leaveStore(store, (await joinStore(store, 'serve', 'mapping')).joined);
      await joinStore(store, 'serve', 'mapping');
      expect(await gapOf(store)).toBeNull();
    });

    test('is noted when the last heartbeat of any serve is older than 3 s', async () => {
      const { store } = await open();
      await joinStore(store, 'serve', 'mapping');
      await change(store, 'UPDATE store SET served_at = served_at - 3500');
      await joinStore(store, 'serve', 'mapping');
      const gap = await gapOf(store);
      expect(gap).toBeGreaterThan(0);
      await change(store, 'UPDATE store SET served_at = served_at - 3500');
      await joinStore(store, 'serve', 'mapping');
      expect(await gapOf(store)).toBeGreaterThan(gap ?? 0);
    });

    test('is noted for webhooks that were turned away, and a later one replaces it', async () => {
      const { store } = await open();
      await noteGap(store);
      const gap = await gapOf(store);
      expect(gap).toBeGreaterThan(0);
      await noteGap(store);
      expect(await gapOf(store)).toBeGreaterThan(gap ?? 0);
    });

    test('of over 15 minutes: waiting and failed rows are read first, where that is requested', async () => {
      const { store } = await open();
      await joinStore(store, 'serve', 'mapping');
      await putPeople(store, 1, 2, 3);
      await change(store, `UPDATE outbox SET state = 'failed' WHERE identity_id = '${idOf(2)}'`);
      await putErase(store, idOf(3), null);
      const joins = async (awayMs: number, readAfterRestore: boolean) => {
        await change(store, `UPDATE store SET served_at = served_at - ${awayMs}`);
        return (await joinStore(store, 'serve', 'mapping', { readAfterRestore })).toRead;
      };
      expect(await joins(14 * 60_000, true)).toBe(0);
      expect(await joins(16 * 60_000, false)).toBe(0);
      expect(await joins(16 * 60_000, true)).toBe(2);
      expect(await joins(16 * 60_000, true)).toBe(0);
      const rows = await all(store, 'SELECT read_first FROM outbox ORDER BY identity_id');
      expect(rows.map((row) => row['readFirst'])).toEqual([1, 1, 0]);
    });

    test('is not noted by a backfill', async () => {
      const { store } = await open();
      await joinStore(store, 'serve', 'mapping');
      await change(store, 'UPDATE store SET served_at = served_at - 3500');
      await joinStore(store, 'backfill', 'mapping');
      expect(await gapOf(store)).toBeNull();
    });

    test('is noted by a serve that was suspended, but not by one that was slow', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'mapping');
      await change(store, 'UPDATE store SET served_at = served_at - 25000');
      await beat(store, joined, WELL);
      expect(await gapOf(store)).toBeNull();
      await change(store, 'UPDATE store SET served_at = served_at - 31000');
      await beat(store, joined, WELL);
      expect(await gapOf(store)).toBeGreaterThan(0);
    });
  });
}

async function gapOf(store: Store): Promise<number | null> {
  const rows = await all(store, 'SELECT gap FROM store WHERE id = 1');
  const gap = rows[0]?.['gap'] ?? null;
  return gap === null ? null : Number(gap);
}
