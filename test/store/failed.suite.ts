import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/model/outcome.ts';
import { forgetRefused, listLeftOut } from '../../src/store/left-out.ts';
import { readLedger } from '../../src/store/ledger.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { withSentInDoubt } from '../../src/model/sent-field.ts';
import { discardFailed, expireFailed } from '../../src/store/outbox/failed/failed-discard.ts';
import { countFailed, listFailed, readFailed } from '../../src/store/outbox/failed/failed-list.ts';
import { retryFailed } from '../../src/store/outbox/failed/failed-retry.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import type { OutboxRow } from '../../src/store/outbox/row.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import type { Settlement } from '../../src/store/outbox/settle/settlement.ts';
import {
  all,
  changeOf,
  entryOf,
  idOf,
  markOf,
  peopleIn,
  putPeople,
  rowOf,
  RULES,
  tamper,
} from './fixtures.ts';
import type { OpenStore } from './fixtures.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

const TOO_LONG: Failure = {
  reason: 'zoho_invalid_data',
  code: 'INVALID_DATA',
  field: 'Email',
  message: 'invalid data',
  answer: '{"code":"INVALID_DATA"}',
};
const TAKEN: Failure = { reason: 'email_taken', code: null, field: null, message: 'taken', answer: null };

export function failedSuite(open: OpenStore): void {
  describe('failed rows', () => {
    test('are listed newest first, with Zoho’s answer', async () => {
      const { store } = await open();
      await failAll(store, [1, 2], TOO_LONG);
      await tamper(store, 1, 'failed_at = failed_at - 1000');
      const rows = await listFailed(store, {}, 10);
      expect(peopleOf(rows)).toEqual([2, 1]);
      const { answer, ...summary } = TOO_LONG;
      expect(rows[0]).toMatchObject({
        ...summary,
        event: 'registration',
        emailKey: 'person2@example.com',
      });
      expect(rows[0]).not.toHaveProperty('payload');
      const [record] = await readFailed(store, { identityId: idOf(2) }, 10);
      expect(record).toMatchObject({ ...summary, answer, payload: '{"person":2}' });
      expect(peopleOf(await listFailed(store, {}, 1))).toEqual([2]);
    });

    test('are found by reason, field, email and identity; waiting rows are not listed', async () => {
      const { store } = await open();
      await failAll(store, [1, 2], TOO_LONG);
      await failAll(store, [3], TAKEN);
      await putPeople(store, 4);
      await tamper(store, 2, `mapped_key = 'sent@example.com'`);
      const people = async (filter: Parameters<typeof listFailed>[1]) =>
        peopleOf(await listFailed(store, filter, 10)).toSorted();
      expect(await people({})).toEqual([1, 2, 3]);
      expect(await people({ reason: 'email_taken' })).toEqual([3]);
      expect(await people({ field: 'Email' })).toEqual([1, 2]);
      expect(await people({ emailKey: 'person1@example.com' })).toEqual([1]);
      expect(await people({ emailKey: 'sent@example.com' })).toEqual([2]);
      expect(await people({ identityId: idOf(4) })).toEqual([]);
      expect(await people({ reason: 'email_taken', field: 'Email' })).toEqual([]);
    });

    test('are counted by reason, the most frequent first', async () => {
      const { store } = await open();
      await failAll(store, [1], TAKEN);
      await failAll(store, [2, 3], TOO_LONG);
      expect(await countFailed(store)).toEqual([
        { reason: 'zoho_invalid_data', count: 2 },
        { reason: 'email_taken', count: 1 },
      ]);
      expect(await countFailed(store, { reason: 'email_taken' })).toEqual([
        { reason: 'email_taken', count: 1 },
      ]);
    });
  });

  describe('failed retry', () => {
    test('makes matching rows due at once, with event, snapshot and marks in doubt unchanged', async () => {
      const { store } = await open();
      const mark = markOf('lost', { key: 'old@example.com' });
      await failAll(store, [1, 2], TOO_LONG, [mark]);
      await failAll(store, [3], TAKEN);
      await tamper(store, 1, `put_at = put_at - ${DAY_MS}`);
      expect(await retryFailed(store, { reason: 'zoho_invalid_data' })).toEqual([idOf(1), idOf(2)]);
      expect(await rowOf(store, 1)).toMatchObject({
        state: 'waiting',
        event: 'registration',
        payload: '{"person":1}',
        marks: [mark],
      });
      expect(
        await all(store, `SELECT reason, answer, failed_at FROM outbox WHERE state = 'waiting'`),
      ).toEqual([1, 2].map(() => ({ reason: null, answer: null, failedAt: null })));
      expect(peopleIn((await claim(store, 10)).rows).toSorted()).toEqual([1, 2]);
      expect(await oldestAge(store)).toBeLessThan(DAY_MS);
    });

    test('takes more rows than one transaction, each once', async () => {
      const { store } = await open();
      const people = Array.from({ length: 100 }, (_, index) => index + 1);
      await failAll(store, people, TOO_LONG);
      await failAll(store, [101, 102], TOO_LONG);
      const retried = await retryFailed(store, {});
      expect(new Set(retried).size).toBe(102);
      expect(retried).toHaveLength(102);
    });

    test('a hint stays a hint', async () => {
      const { store } = await open();
      await put(store, [entryOf(1, { version: null })], RULES);
      await failDue(store, TOO_LONG);
      await retryFailed(store, {});
      expect(await rowOf(store, 1)).toMatchObject({ state: 'waiting', hint: true });
    });

    test('rule 18: fields that were left out are sent again', async () => {
      const { store } = await open();
      await failAll(store, [1], TOO_LONG);
      await refuse(store, 1, 'Phone');
      await retryFailed(store, { identityId: idOf(1) });
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.refused).toEqual({});
    });
  });

  describe('failed discard', () => {
    test('deletes the row; the ledger keeps the outcome', async () => {
      const { store } = await open();
      await failAll(store, [1, 2], TOO_LONG);
      expect(await discardFailed(store, { identityId: idOf(1) })).toEqual([idOf(1)]);
      expect(await rowOf(store, 1)).toBeUndefined();
      expect(await rowOf(store, 2)).toBeDefined();
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))).toMatchObject({
        outcome: 'failed',
        reason: 'zoho_invalid_data',
      });
    });

    test('rule 4: the same snapshot does not come in again, other content does', async () => {
      const { store } = await open();
      await failAll(store, [1], TOO_LONG);
      await discardFailed(store, {});
      expect(await put(store, [entryOf(1)], RULES)).toEqual(['same']);
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['put']);
    });

    test('of a deletion that Zoho refuses: the contact stays, and the identity is known to be gone', async () => {
      const { store } = await open();
      await failAll(store, [1], TOO_LONG);
      await tamper(store, 1, `kind = 'delete'`);
      await discardFailed(store, {});
      expect((await readLedger(store, [idOf(1)])).get(idOf(1))?.deletedAt).not.toBeNull();
      expect(await put(store, [changeOf(1, 2)], RULES)).toEqual(['deleted']);
    });

    test('rule 21: fields that a call in doubt may have written are noted in the ledger', async () => {
      const { store } = await open();
      await failAll(store, [1], TOO_LONG);
      await tamper(store, 1, `marks = '[{"call":"lost","fields":["Phone","tag:Ory"],"key":null}]'`);
      await store.database.write((sql) =>
        sql.run(`UPDATE ledger SET contact_id = '7', sent = '{"Phone":"hash","Title":"other"}'`),
      );
      await discardFailed(store, {});
      const { sent } = (await readLedger(store, [idOf(1)])).get(idOf(1)) ?? {};
      expect(sent).toEqual(withSentInDoubt({ Phone: 'hash', Title: 'other' }, ['Phone']));
    });

    test('leaves erasures, because they were promised', async () => {
      const { store } = await open();
      await putErase(store, idOf(1), null);
      await failDue(store, TOO_LONG);
      expect(await discardFailed(store, {})).toEqual([]);
      expect(await rowOf(store, 1)).toMatchObject({ kind: 'erase', state: 'failed' });
    });
  });

  describe('old failed rows', () => {
    test('are dropped after 90 days, however many, and no others', async () => {
      const { store } = await open();
      const people = Array.from({ length: 100 }, (_, index) => index + 1);
      await failAll(store, people, TOO_LONG);
      await failAll(store, [101, 102, 103], TOO_LONG);
      await store.database.write((sql) =>
        sql.run(`UPDATE outbox SET failed_at = failed_at - ${91 * DAY_MS}`),
      );
      await tamper(store, 103, `failed_at = failed_at + ${2 * DAY_MS}`);
      await putPeople(store, 104);
      expect(await expireFailed(store)).toBe(102);
      expect(await all(store, 'SELECT identity_id FROM outbox ORDER BY identity_id')).toEqual([
        { identityId: idOf(103) },
        { identityId: idOf(104) },
      ]);
      expect(await expireFailed(store)).toBe(0);
    });

    test('do not come back with the next scan after they were dropped', async () => {
      const { store } = await open();
      await failAll(store, [1], TOO_LONG);
      await tamper(store, 1, `failed_at = failed_at - ${91 * DAY_MS}`);
      await expireFailed(store);
      expect(await put(store, [entryOf(1, { event: 'reconcile' })], RULES)).toEqual(['same']);
    });
  });

  describe('single refused fields', () => {
    test('are listed with the contact that lacks them, by field and by identity', async () => {
      const { store } = await open();
      await failAll(store, [1, 2, 3], TOO_LONG);
      await refuse(store, 1, 'Phone');
      await refuse(store, 3, 'Fax');
      const listed = await listLeftOut(store, {}, 10);
      expect(peopleOf(listed)).toEqual([1, 3]);
      expect(listed[0]).toMatchObject({ refused: ['Phone'], contactId: null });
      expect(peopleOf(await listLeftOut(store, { field: 'Fax' }, 10))).toEqual([3]);
      expect(peopleOf(await listLeftOut(store, { identityId: idOf(1) }, 10))).toEqual([1]);
      expect(peopleOf(await listLeftOut(store, {}, 1))).toEqual([1]);
    });

    test('are listed with fields that were cut or do not fit, until a delivery without any', async () => {
      const { store } = await open();
      const cut = { field: 'First_Name', reason: 'cut', message: 'The text was cut to 40 of 50.' } as const;
      await deliverWith(store, 1, [cut]);
      await deliverWith(store, 2, []);
      const [listed, ...others] = await listLeftOut(store, {}, 10);
      expect(others).toEqual([]);
      expect(listed).toMatchObject({ identityId: idOf(1), refused: [], incomplete: [cut] });
      expect(peopleOf(await listLeftOut(store, { field: 'First_Name' }, 10))).toEqual([1]);
      expect(await listLeftOut(store, { field: 'Phone' }, 10)).toEqual([]);
      await deliverWith(store, 1, []);
      expect(await listLeftOut(store, {}, 10)).toEqual([]);
    });

    test('can be forgotten', async () => {
      const { store } = await open();
      await failAll(store, [1, 2], TOO_LONG);
      await refuse(store, 1, 'Phone');
      await refuse(store, 2, 'Phone');
      await forgetRefused(store, [idOf(1)]);
      expect(peopleOf(await listLeftOut(store, {}, 10))).toEqual([2]);
    });
  });
}

/** Puts these people in, at most 100, and lets Zoho refuse them. */
async function failAll(
  store: Store,
  people: readonly number[],
  failure: Failure,
  marks: OutboxRow['marks'] = [],
) {
  await putPeople(store, ...people);
  await failDue(store, failure, marks);
}

async function failDue(store: Store, failure: Failure, marks: OutboxRow['marks'] = []): Promise<void> {
  const { token, rows } = await claim(store, 100);
  await settle(
    store,
    token,
    rows.map((row) => ({ row, delivered: {}, outcome: 'failed', failure, marks })),
  );
}

async function refuse(store: Store, person: number, field: string): Promise<void> {
  await store.database.write((sql) =>
    sql.run(`UPDATE ledger SET refused = $2 WHERE identity_id = $1`, [
      idOf(person),
      JSON.stringify({ [field]: 'hash' }),
    ]),
  );
}

let version = 1;

/** Puts a newer version of this person in and settles it as delivered. */
async function deliverWith(
  store: Store,
  person: number,
  incomplete: NonNullable<Settlement['delivered']['incomplete']>,
): Promise<void> {
  version += 1;
  await put(store, [changeOf(person, version)], RULES);
  const { token, rows } = await claim(store, 100);
  await settle(
    store,
    token,
    rows.map((row) => ({ row, delivered: { contactId: String(person), incomplete }, outcome: 'updated' })),
  );
}

function peopleOf(rows: readonly { readonly identityId: string }[]): number[] {
  return rows.map(({ identityId }) => Number(identityId.slice(-12)));
}

async function oldestAge(store: Store): Promise<number> {
  const rows = await all(store, `SELECT ${store.database.can.now} - MIN(put_at) AS age FROM outbox`);
  return Number(rows[0]?.['age']);
}
