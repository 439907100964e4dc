import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { migrations } from './migrate.ts';

const names = (engine: 'sqlite' | 'postgres') => migrations(engine).map(({ name }) => name);

describe.each(['sqlite', 'postgres'] as const)('the migrations of %s', (engine) => {
  test('are all files in the folder, numbered from 1 without repetition', () => {
    const folder = new URL(`../migrations/${engine}/`, import.meta.url);
    expect(names(engine)).toEqual(readdirSync(folder).sort());
    const numbers = migrations(engine).map(({ number }) => number);
    expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
    expect(numbers[0]).toBe(1);
  });

  test('have no semicolon inside a text, because statements are cut at each', () => {
    for (const { text } of migrations(engine)) {
      expect(text.replaceAll(/--[^\n]*/g, '')).not.toMatch(/'[^'\n]*;[^'\n]*'/);
    }
  });
});

test('both databases have the same migrations', () => {
  expect(names('postgres')).toEqual(names('sqlite'));
});
