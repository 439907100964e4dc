import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import type { OutboxRow } from '../../src/store/outbox/row.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import type { Settlement } from '../../src/store/outbox/settle/settlement.ts';
import { giveWay, noteRefused } from '../../src/store/outbox/unique-wait.ts';
import type { GivingWay } from '../../src/store/outbox/unique-wait.ts';
import type { OpenStore } from './fixtures.ts';
import { all, changeOf, claimPerson, idOf, markOf, putPeople, rowOf, RULES } from './fixtures.ts';
import { put } from '../../src/store/outbox/put/put.ts';

const refusedBy = (person: number, owner: number, field = 'Phone') => ({
  identityId: idOf(person),
  field,
  ownerId: idOf(owner),
});

const delivered = (row: OutboxRow, contactId: string): Settlement => ({
  row,
  delivered: { contactId, sent: { Email: 'hash', Phone: 'old' }, emailHash: `email of ${contactId}` },
  outcome: 'created',
});

const failing = (
  row: OutboxRow,
  owner: number,
  change: Partial<Settlement['delivered']> = {},
): Settlement => ({
  row,
  delivered: change,
  outcome: 'failed',
  failure: { reason: 'duplicate_Phone', code: 'DUPLICATE_DATA', field: 'Phone', message: '', answer: null },
  marks: [],
  waitsFor: idOf(owner),
});

/** Lets the person fail because of the owner. */
async function fail(store: Store, person: number, owner: number): Promise<void> {
  const { token, row } = await claimPerson(store, person);
  await noteRefused(store, token, [refusedBy(person, owner)], performance.now());
  await settle(store, token, [failing(row, owner)]);
}

/** The person is linked, and a change of it is claimed. */
async function claimChange(store: Store, person: number) {
  const first = await claimPerson(store, person);
  await settle(store, first.token, [delivered(first.row, String(person))]);
  await put(store, [changeOf(person, 2)], RULES);
  const { token, rows } = await claim(store, 100);
  const [row] = rows;
  if (row === undefined) throw new Error('the row was not claimed');
  return { token, row };
}

const givingWay = (person: number, owner: number, change: Partial<GivingWay> = {}): GivingWay => ({
  ...refusedBy(person, owner),
  marks: [markOf('call', { fields: ['Phone'], cleared: true })],
  dueInMs: 3_600_000,
  justCleared: true,
  ...change,
});

export function uniqueWaitSuite(open: OpenStore): void {
  describe('Rule 20: the contact of another identity has the value of a unique field', () => {
    test('the second of two rows that refuse each other sees the ring', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      const both = [refusedBy(1, 2), refusedBy(2, 1)];
      expect(await noteRefused(store, token, both, performance.now())).toEqual(
        new Map([
          [idOf(1), 'waits'],
          [idOf(2), 'ring'],
        ]),
      );
    });

    test('the third of three sees the ring; a wait in another field and a ring of others are none', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2, 3, 4);
      const { token } = await claim(store, 100);
      const note = (person: number, owner: number, field?: string) =>
        noteRefused(store, token, [refusedBy(person, owner, field)], performance.now());
      await note(1, 2);
      await note(2, 3, 'Mobile');
      expect(await note(3, 1)).toEqual(new Map([[idOf(3), 'waits']]));
      await note(2, 3);
      expect(await note(3, 1)).toEqual(new Map([[idOf(3), 'ring']]));
      expect(await note(4, 1)).toEqual(new Map([[idOf(4), 'waits']]));
    });

    test('the other one was delivered while the call was under way: the row is sent again', async () => {
      const { store } = await open();
      const startedAt = performance.now() - 1_000;
      const owner = await claimPerson(store, 2);
      await settle(store, owner.token, [delivered(owner.row, '2')]);
      const { token } = await claimPerson(store, 1);
      expect(await noteRefused(store, token, [refusedBy(1, 2)], startedAt)).toEqual(
        new Map([[idOf(1), 'settled']]),
      );
    });

    test('the other one settles after the refusal but before the row has failed: the row stays due', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store, 1);
      const owner = await claimPerson(store, 2);
      await noteRefused(store, token, [refusedBy(1, 2)], performance.now());
      await settle(store, owner.token, [delivered(owner.row, '2')]);
      expect(await settle(store, token, [failing(row, 2)])).toEqual(new Map([[idOf(1), 'moved']]));
      expect((await claim(store, 100)).rows).toMatchObject([{ identityId: idOf(1) }]);
    });

    test('a failed row is due when the other one is delivered', async () => {
      const { store } = await open();
      await fail(store, 1, 2);
      expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', waitsFor: idOf(2) });
      const owner = await claimPerson(store, 2);
      await settle(store, owner.token, [delivered(owner.row, '2')]);
      expect((await claim(store, 100)).rows).toMatchObject([{ identityId: idOf(1), waitsFor: null }]);
    });

    test.each([
      ['and changed nothing', { sent: { Phone: 'old' }, wrote: ['Phone'] }, 'failed'],
      ['and changed another field', { sent: { Email: 'new', Phone: 'old' }, wrote: ['Email'] }, 'failed'],
      ['and has given the value up all the same', { sent: { Phone: 'new' }, wrote: ['Phone'] }, 'waiting'],
    ])('the other one fails %s: the row is %s', async (_what, change, state) => {
      const { store } = await open();
      const owner = await claimChange(store, 2);
      await fail(store, 1, 2);
      await settle(store, owner.token, [failing(owner.row, 3, { contactId: '2', ...change })]);
      expect(await rowOf(store, 1)).toMatchObject({ state });
    });

    test('a row that gives way waits for the other one, which is due now', async () => {
      const { store } = await open();
      const { token } = await claimChange(store, 2);
      await fail(store, 1, 2);
      await noteRefused(store, token, [refusedBy(2, 1)], performance.now());
      await giveWay(store, token, givingWay(2, 1));
      expect(await rowOf(store, 2)).toMatchObject({ state: 'waiting', waitsFor: idOf(1) });
      const { rows, token: next } = await claim(store, 100);
      expect(rows).toMatchObject([{ identityId: idOf(1) }]);
      await settle(store, next, [delivered(rows[0] ?? (await claimPerson(store, 1)).row, '1')]);
      expect((await claim(store, 100)).rows).toMatchObject([{ identityId: idOf(2) }]);
    });

    test('one that gave way before wakes what has failed since', async () => {
      const { store } = await open();
      const { token } = await claimChange(store, 2);
      await fail(store, 1, 2);
      await noteRefused(store, token, [refusedBy(2, 1)], performance.now());
      await giveWay(store, token, givingWay(2, 1, { justCleared: false }));
      expect((await claim(store, 100)).rows).toMatchObject([{ identityId: idOf(1) }]);
    });

    test('one that gave way before does not wake another that gave way itself', async () => {
      const { store } = await open();
      const { token } = await claimChange(store, 2);
      await fail(store, 1, 2);
      const marks = [markOf('call', { fields: ['Phone'], cleared: true })];
      await store.database.write((sql) =>
        sql.run('UPDATE outbox SET marks = $1 WHERE identity_id = $2', [JSON.stringify(marks), idOf(1)]),
      );
      await noteRefused(store, token, [refusedBy(2, 1)], performance.now());
      await giveWay(store, token, givingWay(2, 1, { justCleared: false }));
      expect(await rowOf(store, 1)).toMatchObject({ state: 'failed' });
      expect((await claim(store, 100)).rows).toEqual([]);
    });

    test('a contact without its email holds no email', async () => {
      const { store } = await open();
      const { token } = await claimChange(store, 2);
      const linked = () => all(store, 'SELECT key FROM identity_key WHERE linked = 1');
      expect(await linked()).toEqual([{ key: 'email of 2' }]);
      await noteRefused(store, token, [refusedBy(2, 1, 'Email')], performance.now());
      await giveWay(store, token, givingWay(2, 1, { field: 'Email' }));
      expect(await linked()).toEqual([]);
    });
  });
}
