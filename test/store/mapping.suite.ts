import { describe, expect, test } from 'vitest';
import { countOlderMapping } from '../../src/store/older-mapping.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { retryFailed } from '../../src/store/outbox/failed/failed-retry.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { readStandings } from '../../src/store/scan/standing.ts';
import type { OpenStore } from './fixtures.ts';
import { RULES, all, entryOf, idOf, rowOf } from './fixtures.ts';
import { change, deliver } from './scan-fixtures.ts';

const NEWER = 'f'.repeat(64);
const OLDER = '0'.repeat(64);
const OTHER = '9'.repeat(64);

async function mappedBy(store: Store, hash: string, ...people: number[]): Promise<void> {
  const ids = people.map((person) => `'${idOf(person)}'`).join(', ');
  await change(store, `UPDATE ledger SET mapping_hash = '${hash}' WHERE identity_id IN (${ids})`);
}

/** Rule 25: what a changed mapping means to the store. */
export function mappingSuite(open: OpenStore): void {
  describe('the work of an older mapping', () => {
    test('is counted in contacts, and in identities that were left out', async () => {
      const { store } = await open();
      await deliver(store, 1, 2, 3, 4, 5, 6);
      await mappedBy(store, OLDER, 1);
      await mappedBy(store, NEWER, 2, 5);
      await mappedBy(store, OTHER, 3, 4, 6);
      await change(
        store,
        `UPDATE ledger SET contact_id = NULL, outcome = 'skipped' WHERE identity_id IN ('${idOf(5)}', '${idOf(6)}')`,
      );
      expect(await countOlderMapping(store, OTHER)).toEqual({ contacts: 2, skipped: 1 });
      expect(await countOlderMapping(store, NEWER)).toEqual({ contacts: 3, skipped: 1 });
      await change(store, `UPDATE ledger SET deleted_at = 1 WHERE identity_id = '${idOf(1)}'`);
      await change(store, `UPDATE ledger SET erased_at = 1 WHERE identity_id = '${idOf(2)}'`);
      expect(await countOlderMapping(store, OTHER)).toEqual({ contacts: 0, skipped: 1 });
    });

    test('does not include what Zoho refuses under the mapping in use, because that has failed', async () => {
      const { store } = await open();
      await deliver(store, 1, 2);
      await mappedBy(store, OLDER, 1, 2);
      await put(store, [entryOf(1), entryOf(2)], { ...RULES, mappingHash: NEWER });
      await change(store, `UPDATE outbox SET state = 'failed' WHERE identity_id = '${idOf(1)}'`);
      expect(await countOlderMapping(store, NEWER)).toEqual({ contacts: 1, skipped: 0 });
    });

    test('of an empty store is nothing', async () => {
      const { store } = await open();
      expect(await countOlderMapping(store, NEWER)).toEqual({ contacts: 0, skipped: 0 });
    });
  });

  describe('an Ory-id field that was set later', () => {
    const rules = { ...RULES, mappingHash: NEWER, oryIdField: 'Ory_Id' };
    const scanned = entryOf(1, { mappingMayDiffer: true, readAsOf: 100 });

    async function delivered(store: Store, hashes: string): Promise<void> {
      await deliver(store, 1);
      await change(store, `UPDATE ledger SET ${hashes}`);
    }

    test.each([
      ['not sent', `sent = '{"Email":"h"}'`, 'Ory_Id', true],
      ['sent', `sent = '{"Email":"h","Ory_Id":"h"}'`, 'Ory_Id', false],
      ['sent to another field whose name begins the same', `sent = '{"Ory_Id_2":"h"}'`, 'Ory_Id', true],
      ['refused', `refused = '{"Ory_Id":"h"}'`, 'Ory_Id', false],
      ['not linked', 'contact_id = NULL', 'Ory_Id', false],
      ['excluded', `outcome = 'skipped'`, 'Ory_Id', false],
      ['no such field', `sent = '{"Email":"h"}'`, null, false],
    ])('a page shows which contacts lack the id: %s', async (_what, hashes, field, lacks) => {
      const { store } = await open();
      await delivered(store, hashes);
      const standings = await readStandings(store, [idOf(1)], field);
      expect(standings.get(idOf(1))?.lacksId).toBe(lacks);
    });

    test('is put in alone under the mapping of the last delivery; a retry delivers the whole contact', async () => {
      const { store } = await open();
      await delivered(store, `mapping_hash = '${OLDER}'`);
      expect(await put(store, [scanned], rules)).toEqual(['put']);
      expect(await rowOf(store, 1)).toMatchObject({ idOnly: true, mappingHash: OLDER });
      const { token, rows } = await claim(store, 1);
      const failure = {
        reason: 'zoho_invalid_data',
        code: null,
        field: null,
        message: '',
        answer: null,
      } as const;
      const settlements = rows.map((row) => ({
        row,
        delivered: {},
        outcome: 'failed' as const,
        failure,
        marks: [],
      }));
      await settle(store, token, settlements);
      expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', idOnly: true });
      await retryFailed(store, {});
      expect(await rowOf(store, 1)).toMatchObject({ state: 'waiting', idOnly: false });
    });
  });

  test('a newer version with the same content is noted by a scan, and no row is put in', async () => {
    const { store } = await open();
    await deliver(store, 1);
    const seen = entryOf(1, { mappingMayDiffer: true, readAsOf: 100, version: 7 });
    expect(await put(store, [seen], { ...RULES, mappingHash: NEWER })).toEqual(['same']);
    expect(await rowOf(store, 1)).toBeUndefined();
    const ledger = await all(store, 'SELECT version, mapping_hash FROM ledger');
    expect(ledger).toEqual([{ version: 7, mappingHash: 'mapping' }]);
    expect(await put(store, [entryOf(1, { version: 6, contentHash: 'late' })], RULES)).toEqual(['older']);
  });
}
