import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SABOTAGES } from './all.ts';
import { brokenSource } from './broken-source.ts';

test.each(SABOTAGES)('"$name" still changes the engine', (sabotage) => {
  const source = readFileSync(sabotage.file, 'utf8');
  expect(brokenSource(sabotage, source)).not.toBe(source);
});

test('each sabotage has a name of its own', () => {
  expect(new Set(SABOTAGES.map(({ name }) => name)).size).toBe(SABOTAGES.length);
});
