import { describe, expect, test } from 'vitest';
import { readLedger, readOwners } from '../../src/store/ledger.ts';
import { unlinkDeleted } from '../../src/store/unlink.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { release } from '../../src/store/outbox/release.ts';
import type { OutboxRow } from '../../src/store/outbox/row.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import type { Settlement } from '../../src/store/outbox/settle/settlement.ts';
import { strike } from '../../src/store/outbox/strike.ts';
import { takeKeys } from '../../src/store/key/take.ts';
import { drawAsOf } from '../../src/store/revision.ts';
import { readCounts } from '../../src/store/scan/counts.ts';
import type { OpenStore } from './fixtures.ts';
import {
  all,
  changeOf,
  claimPerson,
  entryOf,
  idOf,
  markOf,
  putPeople,
  rowOf,
  RULES,
  runOut,
  tamper,
} from './fixtures.ts';

const FAILURE = {
  reason: 'zoho_invalid_data',
  code: 'INVALID_DATA',
  field: 'Phone',
  message: 'invalid data',
  answer: '{"code":"INVALID_DATA"}',
} as const;

function created(row: OutboxRow, contactId: string): Settlement {
  return {
    row,
    delivered: { contactId, sent: { Email: 'hash' }, refused: { Phone: 'hash' } },
    outcome: 'created',
  };
}

const failedOf = (row: OutboxRow): Settlement => ({
  row,
  delivered: {},
  outcome: 'failed',
  failure: FAILURE,
  marks: [markOf('lost')],
});

async function ledgerOf(store: Store, person: number) {
  return (await readLedger(store, [idOf(person)])).get(idOf(person));
}

/** Delivers one person as this contact. */
async function link(store: Store, person: number, contactId: string): Promise<void> {
  const { token, row } = await claimPerson(store, person);
  await settle(store, token, [created(row, contactId)]);
}

export function settleSuite(open: OpenStore): void {
  describe('settle', () => {
    test('rule 12: removes the row and remembers link, version, hashes and outcome', async () => {
      const { store, another } = await open();
      const { token, row } = await claimPerson(store);
      expect(await settle(store, token, [created(row, '7')])).toEqual(new Map([[idOf(1), 'settled']]));
      expect(await rowOf(store, 1)).toBeUndefined();
      expect(await ledgerOf(await another(), 1)).toMatchObject({
        contactId: '7',
        version: 1,
        asOf: row.asOf,
        contentHash: 'content of 1',
        mappingHash: 'mapping',
        sent: { Email: 'hash' },
        refused: { Phone: 'hash' },
        outcome: 'created',
        reason: null,
      });
      expect(await readOwners(store, ['7', '8'])).toEqual(new Map([['7', idOf(1)]]));
    });

    test('rule 3: remembers the version of a skipped snapshot, so that an older one stays out', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      await settle(store, token, [{ row, delivered: {}, outcome: 'skipped', reason: 'when' }]);
      expect(await ledgerOf(store, 1)).toMatchObject({
        contactId: null,
        version: 1,
        outcome: 'skipped',
        reason: 'when',
      });
      expect(await all(store, 'SELECT 1 FROM ledger WHERE linked_at IS NOT NULL')).toEqual([]);
    });

    test('keeps link and hashes that a later delivery does not mention', async () => {
      const { store } = await open();
      await link(store, 1, '7');
      await put(store, [changeOf(1, 2)], RULES);
      const { token, rows } = await claim(store, 100);
      await settle(
        store,
        token,
        rows.map((row) => ({ row, delivered: {}, outcome: 'skipped' as const, reason: 'when' as const })),
      );
      expect(await ledgerOf(store, 1)).toMatchObject({
        contactId: '7',
        sent: { Email: 'hash' },
        version: 2,
        outcome: 'skipped',
      });
    });

    test('keeps the time of the link until another contact is linked', async () => {
      const { store } = await open();
      await link(store, 1, '7');
      await store.database.write((sql) => sql.run('UPDATE ledger SET linked_at = 1000'));
      const relink = async (version: number, contactId: string) => {
        await put(store, [changeOf(1, version)], RULES);
        const { token, rows } = await claim(store, 100);
        await settle(
          store,
          token,
          rows.map((row) => created(row, contactId)),
        );
        return all(store, 'SELECT contact_id FROM ledger WHERE linked_at = 1000');
      };
      expect(await relink(2, '7')).toHaveLength(1);
      expect(await relink(3, '8')).toHaveLength(0);
    });

    describe('failed', () => {
      test('keeps the row with the reason, and the marks in doubt', async () => {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        await strike(store, [idOf(1)]);
        expect((await settle(store, token, [failedOf(row)])).get(idOf(1))).toBe('settled');
        expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', marks: [markOf('lost')], strikes: 0 });
        expect(await all(store, 'SELECT reason, code, field, message, answer FROM outbox')).toMatchObject([
          FAILURE,
        ]);
        expect((await claim(store, 100)).rows).toEqual([]);
      });

      test('delivered nothing: version and hashes are those of the last delivery', async () => {
        const { store } = await open();
        await link(store, 1, '7');
        await put(store, [changeOf(1, 2)], RULES);
        const { token, rows } = await claim(store, 100);
        await settle(store, token, rows.map(failedOf));
        expect(await ledgerOf(store, 1)).toMatchObject({
          version: 1,
          contentHash: 'content of 1',
          contactId: '7',
          outcome: 'failed',
          reason: 'zoho_invalid_data',
        });
      });

      test('rule 4: keeps what was read from Ory, so that a rerun finds nothing new in it', async () => {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        const asRead = {
          ...row,
          payload: '{"read":true}',
          version: 9,
          contentHash: 'read',
          asOf: 50,
          hint: false,
          readFirst: false,
        };
        await settle(store, token, [failedOf(asRead)]);
        const readAsOf = await drawAsOf(store);
        expect(await put(store, [entryOf(1, { contentHash: 'read', version: 9, readAsOf })], RULES)).toEqual([
          'same',
        ]);
        expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', payload: '{"read":true}' });
      });
    });

    describe('rule 12: the revision has moved meanwhile', () => {
      test('the row stays due with the new put, and the ledger knows what was delivered', async () => {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        await strike(store, [idOf(1)]);
        await takeKeys(store, token, [{ identityId: idOf(1), key: 'mapped@example.com' }]);
        await put(store, [changeOf(1, 2)], RULES);
        expect((await settle(store, token, [created(row, '7')])).get(idOf(1))).toBe('moved');
        expect(await ledgerOf(store, 1)).toMatchObject({ contactId: '7', version: 1, outcome: 'created' });
        const again = await claim(store, 100);
        expect(again.rows).toMatchObject([{ version: 2, marks: [], strikes: 0, mappedKey: null }]);
      });

      test('a failure does not hide the new put: the row is due', async () => {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        await put(store, [changeOf(1, 2)], RULES);
        expect((await settle(store, token, [failedOf(row)])).get(idOf(1))).toBe('moved');
        expect((await claim(store, 100)).rows).toMatchObject([{ version: 2, marks: [markOf('lost')] }]);
      });
    });

    describe('rule 8: the lease was lost', () => {
      async function lost(open: OpenStore) {
        const { store } = await open();
        const { token, row } = await claimPerson(store);
        await runOut(store, 1);
        const thief = await claim(store, 100);
        return { store, token, row, thief };
      }

      test('nothing changes, except that a contact id just learned is kept', async () => {
        const { store, token, row, thief } = await lost(open);
        expect((await settle(store, token, [created(row, '7')])).get(idOf(1))).toBe('lost');
        expect(await ledgerOf(store, 1)).toMatchObject({
          contactId: '7',
          version: null,
          outcome: null,
          sent: {},
        });
        expect(await rowOf(store, 1)).toBeDefined();
        expect((await settle(store, thief.token, [created(row, '7')])).get(idOf(1))).toBe('settled');
      });

      test('an existing link is not replaced', async () => {
        const { store, token, row, thief } = await lost(open);
        await settle(store, thief.token, [created(row, '7')]);
        await settle(store, token, [created(row, '8')]);
        expect(await ledgerOf(store, 1)).toMatchObject({ contactId: '7' });
      });

      test('a contact of another identity is not taken', async () => {
        const { store } = await open();
        await link(store, 2, '7');
        const { row } = await claimPerson(store, 1);
        expect((await settle(store, 'lost', [created(row, '7')])).get(idOf(1))).toBe('lost');
        expect(await ledgerOf(store, 1)).toBeUndefined();
      });

      test('two lost rows that learned one contact do not fail the batch', async () => {
        const { store } = await open();
        await putPeople(store, 1, 2, 3);
        const { token, rows } = await claim(store, 100);
        await runOut(store, 1);
        await runOut(store, 2);
        await claim(store, 100);
        const results = await settle(
          store,
          token,
          rows.map((row, index) => created(row, index < 2 ? '7' : '8')),
        );
        expect([...results.values()]).toEqual(['lost', 'lost', 'settled']);
        expect(await readOwners(store, ['7', '8'])).toEqual(
          new Map([
            ['7', idOf(1)],
            ['8', idOf(3)],
          ]),
        );
      });
    });

    describe('rule 21: the contact is linked to another identity', () => {
      test('that row fails, with its marks in doubt, and its neighbours settle', async () => {
        const { store } = await open();
        await link(store, 3, '7');
        await putPeople(store, 1, 2);
        await tamper(store, 1, `marks = '${JSON.stringify([markOf('lost')])}'`);
        const { token, rows } = await claim(store, 100);
        const results = await settle(
          store,
          token,
          rows.map((row, index) => created(row, index === 0 ? '7' : '8')),
        );
        expect(results).toEqual(
          new Map([
            [idOf(1), 'email_taken'],
            [idOf(2), 'settled'],
          ]),
        );
        expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', marks: [markOf('lost')] });
        expect(await all(store, 'SELECT reason FROM outbox')).toMatchObject([{ reason: 'email_taken' }]);
        expect(await ledgerOf(store, 1)).toMatchObject({
          contactId: null,
          outcome: 'failed',
          reason: 'email_taken',
        });
        expect(await ledgerOf(store, 3)).toMatchObject({ contactId: '7' });
      });

      test('the failure does not hide a new put: the row stays due', async () => {
        const { store } = await open();
        await link(store, 2, '7');
        const { token, row } = await claimPerson(store, 1);
        await put(store, [changeOf(1, 2)], RULES);
        await settle(store, token, [created(row, '7')]);
        expect((await claim(store, 100)).rows).toMatchObject([{ version: 2 }]);
      });

      test('two rows of one batch for one contact: the second fails', async () => {
        const { store } = await open();
        await putPeople(store, 1, 2);
        const { token, rows } = await claim(store, 100);
        const results = await settle(
          store,
          token,
          rows.map((row) => created(row, '7')),
        );
        expect([...results.values()]).toEqual(['settled', 'email_taken']);
      });

      test('rows that wait for an identity are due when it settles', async () => {
        const { store } = await open();
        const waiting = await claimPerson(store, 1);
        await release(store, waiting.token, [
          { identityId: idOf(1), marks: [], dueInMs: 3_600_000, waitsFor: idOf(2) },
        ]);
        const owner = await claimPerson(store, 2);
        expect((await claim(store, 100)).rows).toEqual([]);
        await settle(store, owner.token, [created(owner.row, '7')]);
        expect((await claim(store, 100)).rows).toMatchObject([{ identityId: idOf(1) }]);
      });

      test('rows that wait for an identity are not due when its lease was lost', async () => {
        const { store } = await open();
        const waiting = await claimPerson(store, 1);
        await release(store, waiting.token, [
          { identityId: idOf(1), marks: [], dueInMs: 3_600_000, waitsFor: idOf(2) },
        ]);
        const owner = await claimPerson(store, 2);
        await settle(store, 'lost', [created(owner.row, '7')]);
        expect((await claim(store, 100)).rows).toEqual([]);
      });
    });
  });

  describe('What else settle remembers', () => {
    const skippedOf = (row: OutboxRow, delivered: Settlement['delivered']): Settlement => ({
      row,
      delivered,
      outcome: 'skipped',
      reason: 'deleted',
    });

    /** Delivers a person as contact 7 with a tag, then puts a change in and claims it. */
    async function changedAfterDelivery(store: Store) {
      const first = await claimPerson(store, 1);
      const settlement = created(first.row, '7');
      const delivered = { ...settlement.delivered, tags: ['Ory'], wrote: ['Email'] };
      await settle(store, first.token, [{ row: first.row, delivered, outcome: 'created' }]);
      await put(store, [changeOf(1, 2)], RULES);
      const { token, rows } = await claim(store, 1);
      const [row] = rows;
      if (row === undefined) throw new Error('the row was not claimed');
      return { token, row };
    }

    test('the tags on the contact and the fields of the last write', async () => {
      const { store } = await open();
      const { token, row } = await changedAfterDelivery(store);
      expect(await ledgerOf(store, 1)).toMatchObject({ tags: ['Ory'], wrote: ['Email'] });
      await settle(store, token, [{ row, delivered: { contactId: '7' }, outcome: 'unchanged' }]);
      expect(await ledgerOf(store, 1)).toMatchObject({ tags: ['Ory'], wrote: [] });
    });

    test('a link that is removed takes hashes and tags with it', async () => {
      const { store } = await open();
      const { token, row } = await changedAfterDelivery(store);
      await settle(store, token, [skippedOf(row, { contactId: null, deleted: true })]);
      expect(await ledgerOf(store, 1)).toMatchObject({
        contactId: null,
        sent: {},
        refused: {},
        tags: [],
        outcome: 'skipped',
        reason: 'deleted',
        deletedAt: expect.any(Number),
      });
    });

    test('a deleted identity that was found after all is not deleted', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store, 1);
      await settle(store, token, [skippedOf(row, { deleted: true })]);
      await put(store, [changeOf(1, 2, { readAsOf: await drawAsOf(store) })], RULES);
      const again = await claim(store, 1);
      const [found] = again.rows;
      if (found === undefined) throw new Error('the row was not claimed');
      await settle(store, again.token, [{ row: found, delivered: { deleted: false }, outcome: 'unchanged' }]);
      expect(await ledgerOf(store, 1)).toMatchObject({ deletedAt: null });
    });

    test('rule 24: of an erased identity only its id and the mark', async () => {
      const { store } = await open();
      const { token, row } = await changedAfterDelivery(store);
      const erased = { contactId: null, erased: true } as const;
      await settle(store, token, [{ row, delivered: erased, outcome: 'skipped', reason: 'erased' }]);
      expect(await ledgerOf(store, 1)).toMatchObject({
        contactId: null,
        version: null,
        contentHash: null,
        mappingHash: null,
        sent: {},
        refused: {},
        tags: [],
        outcome: 'skipped',
        reason: 'erased',
      });
    });
  });

  describe("A scan's counts (rule 25)", () => {
    async function claimOfRun(store: Store, run: number, ...people: number[]) {
      await putPeople(store, ...people);
      for (const person of people) await tamper(store, person, `scan = ${run}`);
      return claim(store, 100);
    }

    test('each row of a run counts once, with its outcome', async () => {
      const { store } = await open();
      const { token, rows } = await claimOfRun(store, 5, 1, 2, 3);
      const [first, second, third] = rows;
      if (first === undefined || second === undefined || third === undefined) throw new Error('not claimed');
      await settle(store, token, [created(first, '1'), created(second, '2'), failedOf(third)]);
      expect(await readCounts(store, 5)).toEqual([
        { outcome: 'created', reason: null, n: 2 },
        { outcome: 'failed', reason: 'zoho_invalid_data', n: 1 },
      ]);
      await tamper(store, 3, "state = 'waiting'");
      const again = await claim(store, 100);
      await settle(
        store,
        again.token,
        again.rows.map((row) => created(row, '3')),
      );
      expect(await readCounts(store, 5)).toHaveLength(2);
    });

    test('a row that a newer webhook kept due counts when it leaves', async () => {
      const { store } = await open();
      const { token, rows } = await claimOfRun(store, 5, 1);
      await put(store, [changeOf(1, 2)], RULES);
      await settle(
        store,
        token,
        rows.map((row) => created(row, '1')),
      );
      expect(await readCounts(store, 5)).toEqual([]);
      const again = await claim(store, 100);
      await settle(
        store,
        again.token,
        again.rows.map((row): Settlement => ({ row, delivered: { contactId: '1' }, outcome: 'updated' })),
      );
      expect(await readCounts(store, 5)).toEqual([{ outcome: 'updated', reason: null, n: 1 }]);
    });
  });

  describe('unlinkDeleted (rule 21)', () => {
    test('frees the contact of an identity that is gone, and marks it deleted', async () => {
      const { store } = await open();
      await link(store, 1, '7');
      expect(await unlinkDeleted(store, idOf(1))).toBe(true);
      expect(await ledgerOf(store, 1)).toMatchObject({
        contactId: null,
        sent: {},
        outcome: 'skipped',
        reason: 'deleted',
      });
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['deleted']);
      await link(store, 2, '7');
      expect(await ledgerOf(store, 2)).toMatchObject({ contactId: '7' });
    });

    test('changes nothing while a row of that identity waits', async () => {
      const { store } = await open();
      await link(store, 1, '7');
      await put(store, [changeOf(1, 2)], RULES);
      expect(await unlinkDeleted(store, idOf(1))).toBe(false);
      expect(await ledgerOf(store, 1)).toMatchObject({ contactId: '7', deletedAt: null });
    });
  });
}
