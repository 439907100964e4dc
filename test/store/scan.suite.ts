import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/open.ts';
import type { PutEntry } from '../../src/store/outbox/put/put-entry.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { joinStore, leaveStore } from '../../src/store/process.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { countLinks, dropAbsent, readAbsent } from '../../src/store/scan/absent.ts';
import { readCounts } from '../../src/store/scan/counts.ts';
import { recordStretch } from '../../src/store/scan/record.ts';
import type { Stretch } from '../../src/store/scan/record.ts';
import { endScan, leaveScan, readScan, takeScan } from '../../src/store/scan/run.ts';
import type { ScanRun } from '../../src/store/scan/run.ts';
import { lastOutcome, readStandings } from '../../src/store/scan/standing.ts';
import { readWaiting } from '../../src/store/scan/waiting.ts';
import type { OpenStore } from './fixtures.ts';
import { RULES, all, changeOf, entryOf, idOf, putPeople, tamper } from './fixtures.ts';
import { aScan, change, deliver } from './scan-fixtures.ts';

export function scanSuite(open: OpenStore): void {
  describe('a run of a scan', () => {
    test('continues where it stopped, under the same number', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, { checkpoint: { pageToken: 'second', lastId: idOf(3) } });
      await leaveScan(store, scan);
      const again = await aScan(store);
      expect(again).toMatchObject({
        resumed: true,
        scan: { run: scan.run, pageToken: 'second', lastId: idOf(3), state: 'reading' },
      });
    });

    test.each([
      ['of other options', { options: '{"schema":"b2b"}' }],
      ['that is to start anew', { restart: true }],
    ])('one %s begins at the first page, under a higher number', async (_what, how) => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, { checkpoint: { pageToken: 'second', lastId: idOf(3) } });
      await leaveScan(store, scan);
      const again = await aScan(store, 'backfill', how);
      expect(again).toMatchObject({ resumed: false, scan: { pageToken: null, lastId: null } });
      expect(again.scan.run).toBeGreaterThan(scan.run);
    });

    test('after one that is done a new one begins', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await endScan(store, scan, { complete: true });
      expect(await readScan(store, 'backfill')).toMatchObject({ state: 'done', holder: null });
      expect((await aScan(store)).resumed).toBe(false);
    });

    test('the counts of the previous run are gone when the next begins', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, { counted: [{ outcome: 'unchanged', reason: null }] });
      await endScan(store, scan, { complete: true });
      await aScan(store);
      expect(await readCounts(store, scan.run)).toEqual([]);
    });

    test('a reconcile that another live serve runs is left to it', async () => {
      const { store } = await open();
      const { joined } = await aScan(store, 'reconcile');
      const me = await joinStore(store, 'serve', 'mapping');
      const how = { options: '{}', restart: false };
      expect(await takeScan(store, 'reconcile', me.joined.id, how)).toMatchObject({
        taken: { id: joined.id },
      });
      await leaveStore(store, joined);
      expect(await takeScan(store, 'reconcile', me.joined.id, how)).toMatchObject({ resumed: true });
    });

    test('a reconcile neither begins nor continues beside a backfill', async () => {
      const { store } = await open();
      const { scan, joined } = await aScan(store, 'reconcile');
      await joinStore(store, 'backfill', 'mapping');
      await expect(record(store, scan, { entries: [entryOf(1)] })).rejects.toMatchObject({
        code: 'scan_lost',
      });
      expect(await all(store, 'SELECT identity_id FROM outbox')).toEqual([]);
      const again = await takeScan(store, 'reconcile', joined.id, { options: '{}', restart: false });
      expect(again).toMatchObject({ taken: { kind: 'backfill' } });
    });

    test('a process that has lost the scan to another puts nothing in any more', async () => {
      const { store } = await open();
      const { scan, joined } = await aScan(store);
      await leaveStore(store, joined);
      await aScan(store);
      await expect(record(store, scan, { entries: [entryOf(1)] })).rejects.toMatchObject({
        code: 'scan_lost',
      });
      expect(await all(store, 'SELECT identity_id FROM outbox')).toEqual([]);
    });
  });

  describe('rule 25: counting', () => {
    test('an identity with something to deliver counts when its row leaves, the others at once', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, {
        entries: [await readOf(store, 1), await readOf(store, 2)],
        counted: [
          { outcome: 'unchanged', reason: null },
          { outcome: 'skipped', reason: 'when' },
        ],
      });
      expect(await countsOf(store, scan)).toEqual(['skipped when 1', 'unchanged 1']);
      expect(await readWaiting(store, scan.run)).toEqual({ rows: 2, later: 0, aside: 0 });
      await settleAll(store);
      expect(await countsOf(store, scan)).toEqual(['created 2', 'skipped when 1', 'unchanged 1']);
      expect(await readWaiting(store, scan.run)).toEqual({ rows: 0, later: 0, aside: 0 });
    });

    test('a row that a webhook has put in counts too, once', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      const { scan } = await aScan(store);
      const read = await readOf(store, 1);
      await record(store, scan, { entries: [read] });
      await settleAll(store);
      expect(await countsOf(store, scan)).toEqual(['created 1']);
    });

    test('what was delivered while the page was under way counts with its outcome', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      const [one, two] = [await readOf(store, 1), await readOf(store, 2)];
      await deliver(store, 1);
      await deliver(store, 2);
      await change(store, `UPDATE ledger SET version = 9 WHERE identity_id = '${idOf(2)}'`);
      await record(store, scan, { entries: [one, two] });
      expect(await all(store, 'SELECT identity_id FROM outbox')).toEqual([]);
      expect(await countsOf(store, scan)).toEqual(['unchanged 2']);
    });

    test('a failed row that stays failed counts as failed, with its reason', async () => {
      const { store } = await open();
      await failPerson(store, 1);
      const { scan } = await aScan(store);
      await record(store, scan, { entries: [await readOf(store, 1)] });
      expect(await countsOf(store, scan)).toEqual(['failed zoho_invalid_data 1']);
      expect(await readWaiting(store)).toEqual({ rows: 0, later: 0, aside: 0 });
    });

    test('a row that fails in the run counts as failed, also if a later webhook revives it', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, { entries: [await readOf(store, 1)] });
      await failPerson(store, 1);
      await put(store, [changeOf(1, 7)], RULES);
      await settleAll(store);
      expect(await countsOf(store, scan)).toEqual(['failed zoho_invalid_data 1']);
    });

    test('a reconcile does not take over rows that a backfill still counts', async () => {
      const { store } = await open();
      const { scan: backfill, joined } = await aScan(store);
      await record(store, backfill, { entries: [await readOf(store, 1)] });
      await leaveStore(store, joined);
      const { scan: reconcile } = await aScan(store, 'reconcile');
      await record(store, reconcile, { entries: [await readOf(store, 1), await readOf(store, 2)] });
      await settleAll(store);
      expect(await countsOf(store, backfill)).toEqual(['created 1']);
      expect(await countsOf(store, reconcile)).toEqual(['created 1']);
    });

    test('a record that Zoho keeps delaying is not counted with those that will leave', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await record(store, scan, { entries: [await readOf(store, 1), await readOf(store, 2)] });
      await tamper(store, 1, 'later_since = 1, due_at = due_at + 600000');
      expect(await readWaiting(store, scan.run)).toEqual({ rows: 2, later: 1, aside: 0 });
    });
  });

  describe('rule 25: comparing', () => {
    test('shows the state of each known identity at its last delivery', async () => {
      const { store } = await open();
      await deliver(store, 1);
      await deliver(store, 2);
      await change(store, `UPDATE ledger SET erased_at = 1 WHERE identity_id = '${idOf(2)}'`);
      await failPerson(store, 3);
      const standings = await readStandings(store, [1, 2, 3, 4].map(idOf), null);
      expect(standings.get(idOf(1))).toMatchObject({ version: 1, mappingHash: 'mapping', pending: false });
      expect(standings.get(idOf(3))).toMatchObject({ version: null, pending: true });
      expect(standings.has(idOf(4))).toBe(false);
      expect([1, 2, 3].map((person) => lastOutcome(standings.get(idOf(person))))).toEqual([
        { outcome: 'unchanged', reason: null },
        { outcome: 'skipped', reason: 'erased' },
        { outcome: 'failed', reason: 'zoho_invalid_data' },
      ]);
    });
  });

  describe('rule 28: absentees', () => {
    test('are linked identities between two ids that Ory does not have', async () => {
      const { store } = await open();
      for (const person of [1, 2, 3, 4, 5]) await deliver(store, person);
      await change(store, `UPDATE ledger SET deleted_at = 1 WHERE identity_id = '${idOf(3)}'`);
      const { scan } = await aScan(store);
      await record(store, scan, { seen: { after: null, upTo: idOf(2), ids: [idOf(1)] } });
      await record(store, scan, { seen: { after: idOf(2), upTo: null, ids: [idOf(5)] } });
      expect(await absentOf(store, scan)).toEqual([2, 4].map(idOf));
      expect(await countLinks(store)).toBe(5);
    });

    test('do not include a link made while the scan runs', async () => {
      const { store } = await open();
      const { scan } = await aScan(store);
      await deliver(store, 1);
      await change(store, 'UPDATE ledger SET linked_at = linked_at + 2');
      await record(store, scan, { seen: { after: null, upTo: null, ids: [] } });
      expect(await absentOf(store, scan)).toEqual([]);
    });

    test('do not include an identity that was found after all, or lost its link', async () => {
      const { store } = await open();
      for (const person of [1, 2, 3]) await deliver(store, person);
      const { scan } = await aScan(store);
      await record(store, scan, { seen: { after: null, upTo: null, ids: [] } });
      await dropAbsent(store, [idOf(1)]);
      await change(store, `UPDATE ledger SET contact_id = NULL WHERE identity_id = '${idOf(2)}'`);
      expect(await absentOf(store, scan)).toEqual([idOf(3)]);
    });

    test('are forgotten by a new run', async () => {
      const { store } = await open();
      await deliver(store, 1);
      const { scan } = await aScan(store);
      await record(store, scan, { seen: { after: null, upTo: null, ids: [] } });
      await leaveScan(store, scan);
      await aScan(store, 'backfill', { restart: true });
      expect(await absentOf(store, scan)).toEqual([]);
    });
  });

  describe('the meaning of a complete scan', () => {
    test('rule 27: one begun after a gap closes it, at its end', async () => {
      const { store } = await open();
      await change(store, 'UPDATE store SET gap = revision');
      const { scan } = await aScan(store, 'reconcile');
      await record(store, scan, {});
      expect(await gapOf(store)).not.toBeNull();
      await record(store, scan, { checkpoint: { ...END, end: { complete: true } } });
      expect(await gapOf(store)).toBeNull();
      expect(await readScan(store, 'reconcile')).toMatchObject({ state: 'delivering', pageToken: null });
    });

    test('rule 27: one begun before the gap, or that has not seen all, leaves it open', async () => {
      const { store } = await open();
      await change(store, 'UPDATE store SET gap = revision');
      const { scan: filtered } = await aScan(store);
      await record(store, filtered, { checkpoint: { ...END, end: { complete: false } } });
      expect(await gapOf(store)).not.toBeNull();
      await leaveScan(store, filtered);
      const { scan } = await aScan(store, 'backfill', { restart: true });
      await change(store, 'UPDATE store SET gap = revision + 1');
      await record(store, scan, { checkpoint: { ...END, end: { complete: true } } });
      expect(await gapOf(store)).not.toBeNull();
    });

    test('rule 26: only a complete backfill counts as one', async () => {
      const { store } = await open();
      const backfilled = () => all(store, 'SELECT backfilled_at FROM store WHERE backfilled_at IS NOT NULL');
      const { scan: reconcile, joined } = await aScan(store, 'reconcile');
      await endScan(store, reconcile, { complete: true });
      await leaveStore(store, joined);
      const { scan } = await aScan(store);
      await endScan(store, scan, { complete: false });
      expect(await backfilled()).toEqual([]);
      await endScan(store, scan, { complete: true });
      expect(await backfilled()).toHaveLength(1);
    });
  });
}

const END = { pageToken: null, lastId: idOf(9) };

function record(store: Store, scan: ScanRun, change: Partial<Stretch>): Promise<void> {
  const checkpoint = { pageToken: 'next', lastId: idOf(1) };
  return recordStretch(
    store,
    scan,
    { entries: [], counted: [], seen: undefined, checkpoint, ...change },
    RULES,
  );
}

/** A person as a page shows it that is read now. */
async function readOf(store: Store, person: number): Promise<PutEntry> {
  return entryOf(person, { event: 'backfill', readAsOf: await drawAsOf(store) });
}

async function settleAll(store: Store): Promise<void> {
  const { token, rows } = await claim(store, 100);
  await settle(
    store,
    token,
    rows.map((row) => ({
      row,
      delivered: { contactId: `contact of ${row.identityId}` },
      outcome: 'created' as const,
    })),
  );
}

async function failPerson(store: Store, person: number): Promise<void> {
  await putPeople(store, person);
  const { token, rows } = await claim(store, 100);
  const failure = {
    reason: 'zoho_invalid_data',
    code: 'INVALID_DATA',
    field: 'Phone',
    message: 'no',
    answer: '{}',
  } as const;
  await settle(
    store,
    token,
    rows.map((row) => ({ row, delivered: {}, outcome: 'failed' as const, failure, marks: [] })),
  );
}

async function countsOf(store: Store, { run }: ScanRun): Promise<string[]> {
  const counts = await readCounts(store, run);
  return counts.map(({ outcome, reason, n }) =>
    [outcome, reason, n].filter((word) => word !== null).join(' '),
  );
}

async function absentOf(store: Store, { run }: ScanRun): Promise<string[]> {
  return (await readAbsent(store, run, '', 100)).map(({ identityId }) => identityId);
}

async function gapOf(store: Store): Promise<unknown> {
  return (await all(store, 'SELECT gap FROM store WHERE id = 1'))[0]?.['gap'];
}
