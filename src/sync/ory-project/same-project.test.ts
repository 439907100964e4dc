import { expect, test } from 'vitest';
import { compareLinks, differenceText } from './same-project.ts';

const AT = '2026-11-24T12:00:00.000001Z';
const VERSION = Date.parse('2026-11-24T12:00:00Z') * 1_000 + 1;
const found = (...identities: [id: string, updated_at?: string | null][]) =>
  new Map(identities.map(([id, updated_at = AT]) => [id, { id, updated_at }]));
const link = (identityId: string, version: number | null = VERSION) => ({ identityId, version });

test.each([
  ['all exist, as they were delivered', [link('a'), link('b')], found(['a'], ['b'])],
  ['one has changed since', [link('a')], found(['a', '2026-11-24T13:00:00Z'])],
  ['a version that was never known', [link('a', null)], found(['a'])],
  ['an identity without a time', [link('a')], found(['a', null])],
])('the same project: %s', (_what, links, there) => {
  expect(compareLinks(links, there)).toEqual({ kind: 'same', of: links.length });
});

test('another project: one is missing', () => {
  expect(compareLinks([link('a'), link('b')], found(['a']))).toEqual({
    kind: 'other',
    of: 2,
    missing: 1,
    older: 0,
  });
});

test('a copy of the project: one is a microsecond older', () => {
  expect(compareLinks([link('a', VERSION + 1), link('b')], found(['a'], ['b']))).toEqual({
    kind: 'other',
    of: 2,
    missing: 0,
    older: 1,
  });
});

test.each([
  [
    { of: 20, missing: 1, older: 2 },
    'The other project lacks 1 and has an older state of 2 of the 20 identities that were linked last',
  ],
  [{ of: 3, missing: 3, older: 0 }, 'The other project lacks 3 of the 3 identities that were linked last'],
  [
    { of: 1, missing: 0, older: 1 },
    'The other project has an older state of the one identity that has a contact',
  ],
])('%j in words', (counts, text) => {
  expect(differenceText({ kind: 'other', ...counts })).toBe(text);
});
