import { describe, expect, test } from 'vitest';
import { readContactsByEmail } from '../../src/store/key/linked.ts';
import { restartWaits } from '../../src/store/key/summon.ts';
import { takeContacts, takeKeys } from '../../src/store/key/take.ts';
import type { Store } from '../../src/store/open.ts';
import { claim } from '../../src/store/outbox/claim.ts';
import { putErase } from '../../src/store/outbox/put/put-erase.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import { release } from '../../src/store/outbox/release.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { releaseDoubtOnly, settleDoubts } from '../../src/store/outbox/settle/settle-doubt.ts';
import { writeMarks } from '../../src/store/outbox/write-marks.ts';
import type { OpenStore } from './fixtures.ts';
import { changeOf, entryOf, idOf, markOf, peopleIn, putPeople, rowOf, RULES, tamper } from './fixtures.ts';

const OLD = 'old@example.com';
const TWELVE_MINUTES = 12 * 60 * 1_000;
const SIXTEEN_MINUTES = 16 * 60 * 1_000;

/** Person 1 has another email now, while a call that created a contact under the old one is in doubt. */
async function inDoubt(store: Store, change: Parameters<typeof markOf>[1] = { key: OLD }): Promise<void> {
  await put(store, [entryOf(1, { emailKey: OLD })], RULES);
  const { token } = await claim(store, 100);
  const marks = [markOf('lost', { matchBy: ['Email'], ...change })];
  await writeMarks(store, token, [{ identityId: idOf(1), marks }]);
  await put(store, [changeOf(1, 2, { emailKey: 'new@example.com' })], RULES);
  await release(store, token, [{ identityId: idOf(1), marks, dueInMs: 0 }]);
}

async function settleDoubt(store: Store, token: string, contactId: string | undefined): Promise<void> {
  const contact =
    contactId === undefined
      ? undefined
      : { id: contactId, origin: 'made' as const, emailHash: 'h', sent: {}, wrote: [] };
  await settleDoubts(store, token, [{ identityId: idOf(1), marks: [], contact }]);
}

export function keySuite(open: OpenStore): void {
  describe('rule 10: an email in doubt is held by its row, even without a lease', () => {
    test('a newcomer with that email is not claimed, and waits for the row', async () => {
      const { store } = await open();
      await inDoubt(store);
      await tamper(store, 1, 'due_at = due_at + 600000');
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      const claimed = await claim(store, 100);
      expect(peopleIn(claimed.rows)).toEqual([1]);
      expect(claimed.doubtOnly).toEqual(new Set([idOf(1)]));
      expect(await rowOf(store, 2)).toMatchObject({ state: 'waiting', waitsFor: idOf(1) });
    });

    test('the row settles its doubt although it failed, and stays failed', async () => {
      const { store, another } = await open();
      await inDoubt(store);
      await tamper(store, 1, "state = 'failed', reason = 'zoho_error'");
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      const { token, doubtOnly } = await claim(store, 100);
      expect(doubtOnly).toEqual(new Set([idOf(1)]));
      await settleDoubt(store, token, undefined);
      await releaseDoubtOnly(store, token, [{ identityId: idOf(1), marks: [] }]);
      expect(await rowOf(store, 1)).toMatchObject({ state: 'failed', settleDoubt: null });
      expect(peopleIn((await claim(await another(), 100)).rows)).toEqual([2]);
    });

    test('a waiting row of a scan does not make it settle while credits are kept for webhooks', async () => {
      const { store } = await open();
      await inDoubt(store);
      await tamper(store, 1, 'due_at = due_at + 600000');
      await put(store, [entryOf(2, { emailKey: OLD, event: 'backfill' })], RULES);
      expect((await claim(store, 100, { priority: 1 })).rows).toEqual([]);
      expect((await claim(store, 100)).rows).toHaveLength(1);
    });

    test('an erasure does not wait for it, because it writes nothing under that email', async () => {
      const { store } = await open();
      await inDoubt(store);
      await tamper(store, 1, 'due_at = due_at + 600000');
      await putErase(store, idOf(2), OLD);
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([2]);
    });

    test('after 15 minutes the waiting row is reported with the identity it waits for', async () => {
      const { store } = await open();
      await inDoubt(store);
      await tamper(store, 1, 'due_at = due_at + 6000000');
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      await tamper(store, 2, `waits_since = put_at - ${SIXTEEN_MINUTES}, waits_for = '${idOf(1)}'`);
      const { blocked } = await claim(store, 100, { only: [idOf(2)] });
      expect(blocked).toEqual(new Map([[idOf(2), idOf(1)]]));
    });

    test('a row that has waited long asks less often, because each question may cost a call', async () => {
      const { store } = await open();
      await inDoubt(store);
      await tamper(store, 1, 'due_at = due_at + 6000000');
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      await tamper(store, 2, `waits_since = put_at - ${TWELVE_MINUTES}, waits_for = '${idOf(1)}'`);
      await claim(store, 100);
      const row = await rowOf(store, 2);
      expect(Number(row?.dueAt) - Number(row?.putAt)).toBeGreaterThanOrEqual(TWELVE_MINUTES / 4);
    });

    test('time spent waiting in an outage does not count', async () => {
      const { store } = await open();
      await inDoubt(store);
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      await tamper(store, 2, `waits_since = put_at - ${SIXTEEN_MINUTES}, waits_for = '${idOf(1)}'`);
      await restartWaits(store);
      expect((await claim(store, 100, { only: [idOf(2)] })).blocked).toEqual(new Map());
    });

    test('no claim may take the email or write under it', async () => {
      const { store } = await open();
      await inDoubt(store);
      await putPeople(store, 2);
      const { token } = await claim(store, 100, { only: [idOf(2)] });
      expect(await takeKeys(store, token, [{ identityId: idOf(2), key: OLD }])).toEqual(new Set());
      const marks = [markOf('next', { key: OLD })];
      expect(await writeMarks(store, token, [{ identityId: idOf(2), marks }])).toEqual(new Set());
    });

    test('if two rows of one call carry one email, only one is sent', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      const rows = [1, 2].map((person) => ({
        identityId: idOf(person),
        marks: [markOf('call', { key: 'same@example.com' })],
      }));
      expect((await writeMarks(store, token, rows)).size).toBe(1);
    });
  });

  describe('rule 10: a contact in doubt', () => {
    test('is refused to others, and its row is asked to settle', async () => {
      const { store } = await open();
      await inDoubt(store, { key: null, contact: '7' });
      await tamper(store, 1, 'due_at = due_at + 600000');
      await putPeople(store, 2);
      const { token } = await claim(store, 100);
      const refused = await takeContacts(store, token, [{ identityId: idOf(2), key: 'contact:7' }]);
      expect(refused).toEqual(new Map([[idOf(2), idOf(1)]]));
      expect((await claim(store, 100)).doubtOnly).toEqual(new Set([idOf(1)]));
    });

    test('goes to the first of two that find it', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 100);
      const wanted = [1, 2].map((person) => ({ identityId: idOf(person), key: 'contact:7' }));
      expect(await takeContacts(store, token, wanted)).toEqual(new Map([[idOf(2), idOf(1)]]));
    });
  });

  describe('rule 11: a settled doubt', () => {
    test('links the contact, frees the email, and makes rows due that waited for it', async () => {
      const { store } = await open();
      await inDoubt(store);
      await put(store, [entryOf(2, { emailKey: OLD })], RULES);
      const first = await claim(store, 1);
      expect(peopleIn(first.rows)).toEqual([1]);
      await settleDoubt(store, first.token, '7');
      const links = await readContactsByEmail(store, ['h']);
      expect(links).toEqual(new Map([['h', [{ contactId: '7', identityId: idOf(1) }]]]));
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([2]);
    });

    test('leaves the link of another identity alone', async () => {
      const { store } = await open();
      await putPeople(store, 2);
      const other = await claim(store, 100);
      await settle(
        store,
        other.token,
        other.rows.map((row) => ({ row, delivered: { contactId: '7' }, outcome: 'created' as const })),
      );
      await inDoubt(store);
      const { token } = await claim(store, 100);
      await settleDoubt(store, token, '7');
      expect(await readContactsByEmail(store, ['h'])).toEqual(new Map());
    });

    test('makes rows due again that failed because of it', async () => {
      const { store } = await open();
      await inDoubt(store);
      await putPeople(store, 2);
      await tamper(store, 2, `state = 'failed', reason = 'email_taken', waits_for = '${idOf(1)}'`);
      const { token } = await claim(store, 100);
      await settleDoubt(store, token, undefined);
      expect(await rowOf(store, 2)).toMatchObject({ state: 'waiting', waitsFor: null });
    });
  });

  describe('rule 21: a row that failed because of another identity', () => {
    const settled = (emailHash: string) => ({ contactId: '7', emailHash });

    test('is due again only when that contact gets another email', async () => {
      const { store } = await open();
      for (const [version, emailHash, state] of [
        [1, 'first', 'failed'],
        [2, 'first', 'failed'],
        [3, 'second', 'waiting'],
      ] as const) {
        await put(store, [changeOf(1, version)], RULES);
        const { token, rows } = await claim(store, 100, { only: [idOf(1)] });
        if (version === 1) {
          await putPeople(store, 2);
          await tamper(store, 2, `state = 'failed', reason = 'email_taken', waits_for = '${idOf(1)}'`);
        }
        await settle(
          store,
          token,
          rows.map((row) => ({ row, delivered: settled(emailHash), outcome: 'updated' as const })),
        );
        expect([version, (await rowOf(store, 2))?.state]).toEqual([version, state]);
      }
    });
  });
}
