import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { migrations } from './migrate.ts';

const folder = new URL('./migrations/sqlite/', import.meta.url);

test('every file in the folder is a migration, numbered from 1 without a gap', () => {
  const list = migrations();
  expect(list.map(({ name }) => name)).toEqual(readdirSync(folder).sort());
  expect(list.map(({ number }) => number)).toEqual(list.map((_, index) => index + 1));
});

test('no migration has a semicolon inside of a text: statements are cut at each', () => {
  const withoutComments = migrations().map(({ text }) => text.replaceAll(/--[^\n]*/g, ''));
  for (const text of withoutComments) expect(text).not.toMatch(/'[^'\n]*;[^'\n]*'/);
});
