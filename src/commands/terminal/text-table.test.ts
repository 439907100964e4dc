import { expect, test } from 'vitest';
import { textTable } from './text-table.ts';

const ROWS = [
  ['a', 'bb', 'the end'],
  ['aaaa', '', ''],
];

test('columns are aligned, without spaces at the end', () => {
  expect(textTable(ROWS, undefined)).toEqual(['a     bb  the end', 'aaaa']);
});

test('a line wider than the terminal is cut, and shows it', () => {
  expect(textTable(ROWS, 12)).toEqual(['a     bb  t…', 'aaaa']);
  expect(textTable(ROWS, 17)[0]).toBe('a     bb  the end');
});

test('of no rows there are no lines', () => {
  expect(textTable([], 80)).toEqual([]);
});
