import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../src/sandbox/call/faults.ts';
import { connected, people, upsertOf } from './connected.ts';

/** For faults of one upsert: how the client classifies each, and how many contacts exist afterwards. */
const ROWS: readonly [string, FaultInput['effect'], object, number][] = [
  ['cut before Zoho did it', { cut: 'before_commit' }, { kind: 'in_doubt', pause: 'network' }, 0],
  ['cut after Zoho did it', { cut: 'after_commit' }, { kind: 'in_doubt', pause: 'network' }, 2],
  ['an error page of a gateway', { html502: true }, { kind: 'in_doubt', pause: 'zoho_unavailable' }, 0],
  ['a 500 after Zoho did it', { statusAfterCommit: 500 }, { kind: 'in_doubt', pause: 'zoho_unavailable' }, 2],
  ['half a body', { garbage2xx: true }, { kind: 'in_doubt', pause: 'zoho_unavailable' }, 2],
  ['too few items', { shortData: 1 }, { kind: 'wrong_length' }, 2],
  ['items under HTTP 202', { status202: true }, { kind: 'answered' }, 2],
  ['too many calls at once', { tooMany: 'concurrency' }, { kind: 'not_done', pause: 'rate_limit' }, 0],
  ['no credits left', { tooMany: 'credits' }, { kind: 'not_done', pause: 'credits' }, 0],
  [
    'a redirect',
    { status: 307, headers: { location: '/elsewhere' } },
    { kind: 'in_doubt', pause: 'zoho_unavailable' },
    0,
  ],
];

it.each(ROWS)('%s: %j is %j', async (_case, effect, expected, contacts) => {
  const { zoho, control, sandbox } = await connected();
  const headers = effect.headers === undefined ? {} : { headers: { location: `${sandbox.url}/elsewhere` } };
  await control.addFault({ on: { operation: 'upsert' }, effect: { ...effect, ...headers } });
  const answer = await zoho.upsert(upsertOf(people(2)));
  expect(answer).toMatchObject(expected);
  expect(await control.contacts()).toHaveLength(contacts);
  expect(await control.requests('unknown')).toEqual([]);
  expect(await zoho.upsert(upsertOf(people(2)))).toMatchObject({ kind: 'answered' });
});

describe('a call that is cut on our side', () => {
  it('is in doubt as "aborted" while Zoho works on it', async () => {
    const { zoho, control } = await connected();
    const fault = await control.addFault({ on: { operation: 'upsert' }, effect: { hold: 'after_commit' } });
    const cut = new AbortController();
    const answer = zoho.upsert(upsertOf(people(1), cut.signal));
    await control.waitForHeld(fault);
    expect(zoho.stats().inFlight).toBe(1);
    cut.abort();
    expect(await answer).toMatchObject({ kind: 'aborted' });
    expect(zoho.stats().inFlight).toBe(0);
  });

  it('is in doubt after the client closes too, and so are calls that wait for a slot', async () => {
    const { zoho, control } = await connected();
    const fault = await control.addFault({
      on: { operation: 'upsert' },
      times: 'always',
      effect: { hold: 'before_commit' },
    });
    const answers = people(8).map((person) => zoho.upsert(upsertOf([person])));
    await control.waitForHeld(fault);
    await zoho.close();
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(people(8).map(() => 'aborted'));
  });
});

it('teaches the client how many calls Zoho allows at once', async () => {
  const { zoho, control, calls } = await connected({ edition: 'free', latencyMs: 5 });
  let next = 0;
  const worker = async () => {
    while (next < 300) {
      next += 1;
      const person = { Email: `w${next}@example.com`, Last_Name: 'W' };
      while ((await zoho.upsert(upsertOf([person]))).kind !== 'answered');
    }
  };
  await Promise.all(Array.from({ length: 30 }, worker));
  expect(await control.contacts()).toHaveLength(300);
  // The client learns this from one or two round trips of refusals. After that it stays below the limit.
  expect(calls.some(({ outcome }) => outcome === 'rate_limit')).toBe(true);
  expect((await control.counters()).refused.concurrency).toBeLessThanOrEqual(12);
  expect(zoho.stats().limit).toBeLessThanOrEqual(6);
  expect(zoho.stats().limit).toBeGreaterThanOrEqual(3);
  expect(zoho.stats().inFlight).toBe(0);
});

it('says that Zoho was not reached when the host is down', async () => {
  const { zoho, sandbox } = await connected();
  await zoho.upsert(upsertOf(people(1)));
  await sandbox.pause();
  // The first call may still use the old connection and be in doubt. The next ones find none.
  await zoho.upsert(upsertOf(people(1)));
  expect(await zoho.upsert(upsertOf(people(1)))).toMatchObject({ kind: 'not_done', pause: 'network' });
  await sandbox.resume();
  expect(await zoho.upsert(upsertOf(people(1)))).toMatchObject({ kind: 'answered' });
});
