import { expect, test } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const NAMES = ['email', 'first_name', 'last_name', 'phone', 'traits', 'state'];

test.each([
  ['emial', 'email'],
  ['mail', 'email'],
  ['e_mail', 'email'],
  ['Email', 'email'],
  ['firstname', 'first_name'],
  ['FIRST_NAME', 'first_name'],
  ['lst_nmae', 'last_name'],
  ['fone', undefined],
  ['trait', 'traits'],
  ['x', undefined],
  ['', undefined],
  ['plan', undefined],
  ['z'.repeat(100_000), undefined],
])('%s: %s', (typed, meant) => {
  expect(nearestWord(typed, NAMES)).toBe(meant);
});

test('the nearer of two words wins', () => {
  expect(nearestWord('stat', ['start', 'state', 'stat_'])).toBe('start');
  expect(nearestWord('states', ['start', 'state'])).toBe('state');
});
