import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SUITES } from './suites.ts';

test('every suite runs on every kind of store', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.suite.ts'));
  expect(Object.keys(SUITES).toSorted()).toEqual(files.toSorted());
});
