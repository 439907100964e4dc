import { expect, test } from 'vitest';
import { hasValue, isEmptyValue } from './same-value.ts';

test.each<[string, unknown, Parameters<typeof hasValue>[1], boolean]>([
  ['the same text', 'Ann', 'Ann', true],
  ['another text', 'ann', 'Ann', false],
  ['an instant in another time zone', '2026-05-14T13:51:02+03:00', '2026-05-14T10:51:02+00:00', true],
  ['another instant', '2026-05-14T13:51:03+03:00', '2026-05-14T10:51:02+00:00', false],
  ['choices in another order', ['b', 'a'], ['a', 'b'], true],
  ['one choice more', ['b', 'a', 'c'], ['a', 'b'], false],
  ['a record with its name', { id: '7', name: 'Acme' }, { id: '7' }, true],
  ['another record', { id: '8', name: 'Acme' }, { id: '7' }, false],
  ['text for a number', '1', 1, false],
  ['false for no value', null, false, false],
  ['nothing', null, null, true],
  ['no text', '', null, true],
  ['no choice', [], null, true],
  ['a checkbox that is not ticked', false, null, true],
  ['0 is something', 0, null, false],
])('%s', (_says, has, value, same) => {
  expect(hasValue(has, value)).toBe(same);
});

test('an unticked checkbox is an empty field, but 0 is not', () => {
  expect([null, '', [], false, 0].map(isEmptyValue)).toEqual([true, true, true, true, false]);
});
