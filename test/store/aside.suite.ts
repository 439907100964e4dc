import { describe, expect, test } from 'vitest';
import { claim } from '../../src/store/outbox/claim.ts';
import { countAside, putAside, wakeAside } from '../../src/store/outbox/put-aside.ts';
import { readWaiting } from '../../src/store/scan/waiting.ts';
import type { OpenStore } from './fixtures.ts';
import { idOf, markOf, putPeople, rowOf } from './fixtures.ts';

/** Rows that are put aside: they wait for something that only a person can give. */
export function asideSuite(open: OpenStore): void {
  describe('rows that are put aside', () => {
    const aside = (person: number) => ({ identityId: idOf(person), marks: [markOf('a call')] });

    test('rest for an hour, except one that looks within a minute; all are due once they are woken', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2, 3);
      const { token } = await claim(store, 10);
      await putAside(store, token, [aside(1), aside(2)], 'needs_coql');
      await putAside(store, token, [aside(3)], 'needs_coql');
      expect(await countAside(store)).toEqual([{ reason: 'needs_coql', count: 3 }]);
      expect(await readWaiting(store)).toEqual({ rows: 0, later: 0, aside: 0 });
      expect((await claim(store, 10)).rows).toEqual([]);
      const due = await Promise.all(
        [1, 2, 3].map(async (person) => (await rowOf(store, person))?.dueAt ?? 0),
      );
      const [first = 0, second = 0, third = 0] = due;
      expect(second - first).toBeGreaterThan(50 * 60_000);
      expect(third - first).toBeGreaterThan(50 * 60_000);

      await wakeAside(store, 'needs_coql');
      const { rows } = await claim(store, 10);
      expect(rows.map(({ identityId }) => identityId).sort()).toEqual([idOf(1), idOf(2), idOf(3)]);
      expect(rows[0]).toMatchObject({ waitsReason: null, marks: [markOf('a call')] });
      expect(await countAside(store)).toEqual([]);
    });

    test('rule 16: look after 15 minutes if Zoho refuses a key, because it is not asked for before', async () => {
      const { store } = await open();
      await putPeople(store, 1, 2);
      const { token } = await claim(store, 10);
      const began = (await rowOf(store, 1))?.dueAt ?? 0;
      await putAside(store, token, [aside(1)], 'look_up_refused');
      await putAside(store, token, [aside(2)], 'look_up_refused');
      const [first = 0, second = 0] = await Promise.all(
        [1, 2].map(async (person) => ((await rowOf(store, person))?.dueAt ?? 0) - began),
      );
      expect(first).toBeGreaterThanOrEqual(15 * 60_000);
      expect(first).toBeLessThan(20 * 60_000);
      expect(second).toBeGreaterThanOrEqual(60 * 60_000);
    });

    test('that another claim holds by now are left alone', async () => {
      const { store } = await open();
      await putPeople(store, 1);
      await claim(store, 10);
      await putAside(store, 'another token', [aside(1)], 'needs_coql');
      expect(await countAside(store)).toEqual([]);
    });
  });
}
