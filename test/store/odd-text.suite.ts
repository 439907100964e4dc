import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { settle } from '../../src/store/outbox/settle/settle.ts';
import { put } from '../../src/store/outbox/put/put.ts';
import type { OpenStore } from './fixtures.ts';
import { RULES, all, claimPerson, entryOf, markOf, peopleIn, rowOf } from './fixtures.ts';

/** Each of these has broken some database: NUL, half a surrogate pair, letters of every length. */
const ODD = { NUL: 'a\u0000b', 'half a surrogate pair': 'a\ud800b', 'every script': 'aß語😀b' };

/** Rule 31: whatever people and Zoho send is taken in. */
export function oddTextSuite(open: OpenStore): void {
  describe.each(Object.entries(ODD))('rule 31: a text with %s', (_what, odd) => {
    test('in an email is taken in, and two rows with it are delivered one after the other', async () => {
      const { store } = await open();
      const emailKey = `${odd}@example.com`;
      expect(await put(store, [entryOf(1, { emailKey }), entryOf(2, { emailKey })], RULES)).toEqual([
        'put',
        'put',
      ]);
      expect(peopleIn((await claim(store, 100)).rows)).toEqual([1]);
      expect((await claim(store, 100)).rows).toEqual([]);
    });

    test('in a payload comes back unchanged', async () => {
      const { store } = await open();
      await put(store, [entryOf(1, { payload: JSON.stringify({ odd }) })], RULES);
      expect(JSON.parse((await rowOf(store, 1))?.payload ?? '')).toEqual({ odd });
    });

    test('in marks and in Zoho’s words about a refusal is kept as far as the database can', async () => {
      const { store } = await open();
      const { token, row } = await claimPerson(store);
      const failure = { reason: 'zoho_error', code: odd, field: odd, message: odd, answer: odd } as const;
      const marks = [markOf('call', { key: odd })];
      await settle(store, token, [{ row, delivered: {}, outcome: 'failed', failure, marks }]);
      expect((await rowOf(store, 1))?.marks).toEqual(marks);
      const [kept] = await all(store, 'SELECT code, field, message, answer FROM outbox');
      expect(Object.values(kept ?? {})).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^a/)));
    });
  });
}
