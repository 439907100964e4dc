import { describe, expect, test } from 'vitest';
import { columnOf } from '../../src/store/engine/columns.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { countOutbox } from '../../src/store/outbox/count.ts';
import { readDue } from '../../src/store/outbox/due.ts';
import { release } from '../../src/store/outbox/release.ts';
import { beat, joinStore } from '../../src/store/process.ts';
import { readProcesses } from '../../src/store/live-processes.ts';
import type { ProcessHealth } from '../../src/store/live-processes.ts';
import { hasGap } from '../../src/store/status.ts';
import type { OpenStore } from './fixtures.ts';
import { all, claimPerson, idOf, peopleIn, putPeople, rowOf } from './fixtures.ts';

const HOUR = 3_600_000;
const WELL: ProcessHealth = {
  connection: 'open',
  paused: null,
  credits_remaining: null,
  calls: 0,
  concurrency: 5,
  token_expires_at: null,
  reads: null,
  intake: null,
};

/** Every time in the store, by the names of its columns. */
async function moments(store: Store): Promise<[table: string, column: string][]> {
  const tables = ['outbox', 'ledger', 'scan', 'process', 'field_list', 'store'];
  const found: [string, string][] = [];
  for (const table of tables) {
    const rows = await all(store, `SELECT * FROM ${table}`);
    const columns = Object.keys(rows[0] ?? {}).map(columnOf);
    const named = /_(at|since|until)$/;
    for (const column of columns) if (named.test(column)) found.push([table, column]);
  }
  return found;
}

/** Changes the store as if a clock that was an hour ahead had written everything, and were right now. */
async function setClockBack(store: Store): Promise<void> {
  for (const [table, column] of await moments(store)) {
    await store.database.write((sql) => sql.run(`UPDATE ${table} SET ${column} = ${column} + ${HOUR}`));
  }
}

export function clockSuite(open: OpenStore): void {
  describe('a clock that was set back', () => {
    test('is noticed at the next heartbeat: due rows are due, and ages are not negative meanwhile', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'm');
      await putPeople(store, 1, 2);
      await setClockBack(store);
      expect(await countOutbox(store)).toMatchObject({ due: 0, oldestSeconds: 0 });
      const moved = await beat(store, joined, WELL);
      expect(moved).toBeGreaterThan(HOUR - 60_000);
      expect(await hasGap(store)).toBe(false);
      expect((await countOutbox(store)).due).toBe(2);
      expect((await readDue(store, 100)).oldestMs).toBeGreaterThanOrEqual(0);
      expect(peopleIn((await claim(store, 100)).rows).toSorted()).toEqual([1, 2]);
      expect(await beat(store, joined, WELL)).toBe(0);
    });

    test('is noticed by any process that starts', async () => {
      const { store } = await open();
      await joinStore(store, 'backfill', 'm');
      await putPeople(store, 1);
      await setClockBack(store);
      await joinStore(store, 'sync', 'm');
      expect((await countOutbox(store)).due).toBe(1);
    });

    test('is a gap for a serve that starts, because the time without serve is unknown (rule 27)', async () => {
      const { store } = await open();
      await joinStore(store, 'serve', 'm');
      await setClockBack(store);
      await joinStore(store, 'serve', 'm');
      expect(await hasGap(store)).toBe(true);
    });

    test('leaves a dead process its lease for at most 10 s more', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'm');
      await claimPerson(store);
      await setClockBack(store);
      await beat(store, joined, WELL);
      const [row] = await all(
        store,
        `SELECT lease_until - ${store.database.can.now} AS left_ms FROM outbox WHERE identity_id = $1`,
        [idOf(1)],
      );
      expect(Number(row?.['leftMs'])).toBeLessThanOrEqual(10_000);
      expect(Number(row?.['leftMs'])).toBeGreaterThan(0);
    });

    test('keeps waiting times as they were', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'm');
      const { token } = await claimPerson(store);
      await release(store, token, [{ identityId: idOf(1), marks: [], dueInMs: HOUR / 2 }]);
      await setClockBack(store);
      await beat(store, joined, WELL);
      const row = await rowOf(store, 1);
      const [clock] = await all(store, `SELECT ${store.database.can.now} AS now FROM store`);
      const waits = (row?.dueAt ?? 0) - Number(clock?.['now']);
      expect(waits).toBeGreaterThan(HOUR / 2 - 60_000);
      expect(waits).toBeLessThanOrEqual(HOUR / 2);
    });

    test('does not keep a dead process of another machine alive', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'm');
      await joinStore(store, 'sync', 'm');
      await store.database.write((sql) =>
        sql.run("UPDATE process SET host = 'elsewhere' WHERE kind = 'sync'"),
      );
      await setClockBack(store);
      await beat(store, joined, WELL);
      const [row] = await all(
        store,
        `SELECT MAX(beat_at) - ${store.database.can.now} AS ahead FROM process WHERE kind = 'sync'`,
      );
      expect(Number(row?.['ahead'])).toBeLessThanOrEqual(2_000);
      expect(await readProcesses(store)).toHaveLength(2);
    });

    test('leaves no time in the future in any column', async () => {
      const { store } = await open();
      const { joined } = await joinStore(store, 'serve', 'm');
      await claimPerson(store);
      await setClockBack(store);
      await beat(store, joined, WELL);
      const { now } = store.database.can;
      for (const [table, column] of await moments(store)) {
        const [row] = await all(store, `SELECT MAX(${column}) - ${now} AS ahead FROM ${table}`);
        expect({ table, column, late: Number(row?.['ahead'] ?? 0) > 10_000 }).toEqual({
          table,
          column,
          late: false,
        });
      }
    });
  });
}
