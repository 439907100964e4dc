import { describe, expect, test } from 'vitest';
import type { PutEntry } from '../../store/outbox/put/put-entry.ts';
import { cutIntoStretches } from './stretches.ts';
import type { Stepped } from './stretches.ts';

const PAGE = { token: 'this', next: 'next' };
const FROM_A = { lastId: 'a', ascending: true };
const ALL = { complete: true, last: false };

const counted = (id: string): Stepped => ({ id, step: { do: 'count', outcome: 'unchanged', reason: null } });
const passed = (id: string): Stepped => ({ id, step: { do: 'pass' } });

function put(id: string): Stepped {
  const entry: PutEntry = {
    identityId: id,
    payload: '{}',
    event: 'backfill',
    version: 1,
    verified: 0,
    addressesHash: '',
    profileHash: '',
    contentHash: id,
    emailKey: null,
  };
  return { id, step: { do: 'put', event: 'backfill', priority: 3 }, entry };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => put(String(1_000 + index)));

describe('a page is cut into stretches', () => {
  test('nothing to put in is one stretch, and then the next page follows', () => {
    expect(cutIntoStretches(PAGE, [counted('b'), passed('c')], FROM_A, ALL)).toEqual([
      {
        entries: [],
        counted: [{ outcome: 'unchanged', reason: null }],
        seen: { after: 'a', upTo: 'c', ids: ['b', 'c'] },
        checkpoint: { pageToken: 'next', lastId: 'c' },
      },
    ]);
  });

  test('no transaction has more than 100; within the page the checkpoint is the same page', () => {
    const stretches = cutIntoStretches(
      PAGE,
      [...many(250), counted('z')],
      { lastId: null, ascending: true },
      ALL,
    );
    expect(stretches.map(({ entries }) => entries.length)).toEqual([100, 100, 50]);
    expect(stretches.map(({ checkpoint }) => checkpoint)).toEqual([
      { pageToken: 'this', lastId: '1099' },
      { pageToken: 'this', lastId: '1199' },
      { pageToken: 'next', lastId: 'z' },
    ]);
    expect(stretches.map(({ seen }) => [seen?.after, seen?.upTo])).toEqual([
      [null, '1099'],
      ['1099', '1199'],
      ['1199', 'z'],
    ]);
  });

  test('the last stretch ends the list, and looks for absentees up to the last id', () => {
    const [first, last] = cutIntoStretches(PAGE, many(101), FROM_A, { complete: true, last: true });
    expect(first).toMatchObject({ seen: { after: 'a', upTo: '1099' }, checkpoint: { pageToken: 'this' } });
    expect(last?.seen).toEqual({ after: '1099', upTo: null, ids: ['1100'] });
    expect(last?.checkpoint).toEqual({ pageToken: null, lastId: '1100', end: { complete: true } });
  });

  test('an empty last page is recorded too', () => {
    expect(cutIntoStretches(PAGE, [], FROM_A, { complete: true, last: true })).toEqual([
      {
        entries: [],
        counted: [],
        seen: { after: 'a', upTo: null, ids: [] },
        checkpoint: { pageToken: null, lastId: 'a', end: { complete: true } },
      },
    ]);
  });

  test('with a filter there are no absentees, and the end is not the end of all', () => {
    const [only] = cutIntoStretches(PAGE, [put('b')], FROM_A, { complete: false, last: true });
    expect(only).toMatchObject({ seen: undefined, checkpoint: { end: { complete: false } } });
  });

  test('in a list that does not ascend, absentees are unknown', () => {
    const [only] = cutIntoStretches(PAGE, [put('b')], { lastId: null, ascending: false }, ALL);
    expect(only).toMatchObject({ seen: undefined, checkpoint: { pageToken: 'next', lastId: null } });
  });
});
