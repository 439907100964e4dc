import { expect, it } from 'vitest';
import { creditsOf, creditsSeen } from './credits.ts';

it.each([
  ['upsert', 1, 1],
  ['upsert', 10, 1],
  ['upsert', 11, 2],
  ['update', 100, 10],
  ['coql', 200, 1],
  ['coql', 201, 2],
  ['coql', 2_000, 3],
  ['fields', 0, 1],
  ['create_field', 0, 10],
  ['org', 0, 1],
  ['users', 0, 1],
  ['delete', 100, 10],
  ['tag', 50, 1],
  ['tag', 51, 2],
] as const)('%s of %i costs %i', (operation, count, credits) => {
  expect(creditsOf(operation, count)).toBe(credits);
});

it('the first number is about half of the day, and without a number more than half is left', () => {
  const nothing = { remaining: undefined, half: undefined };
  const first = creditsSeen(nothing, { 'x-api-credits-remaining': '2500' });
  expect(first).toEqual({ remaining: 2_500, half: 2_500 });
  expect(creditsSeen(first, { 'x-api-credits-remaining': '2490' })).toEqual({
    remaining: 2_490,
    half: 2_500,
  });
  expect(creditsSeen(first, {})).toEqual(nothing);
  expect(creditsSeen(first, { 'x-api-credits-remaining': 'many' })).toEqual(nothing);
});
