import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const page = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8');

/** Each rule, and the test files that the page names below it. */
const rules = page.split(/^(?=### \d+\. \S)/m).flatMap((section) => {
  const number = /^### (\d+)\. /.exec(section)?.[1];
  if (number === undefined) return [];
  const named = /^\*Tests?:\*((?:\s+`[^`]+`,?)+)/m.exec(section)?.[1] ?? '';
  return [{ rule: Number(number), tests: [...named.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file) }];
});
const numbers = rules.map(({ rule }) => rule);
const named = rules.flatMap(({ rule, tests }) => tests.map((file) => ({ rule, file })));

/** Rule numbers in "rule 21", "rules 2 to 4" and "rules 13, 18 to 20 and 22", each once, with its place. */
const CITED = /\brules? (\d+(?:(?:, | and | to )\d+)*)/gi;

function citedIn(text: string): number[] {
  return [...text.matchAll(CITED)].flatMap(([, list = '']) =>
    list.split(/, | and /).flatMap((part) => {
      const [first = 0, last = first] = part.split(' to ').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }),
  );
}

/** The folders that cite rules. This file is left out, because its citations are examples. */
function citations(folder: string): { file: string; rule: number }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|sql|md)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== fileURLToPath(import.meta.url))
    .flatMap((path) =>
      citedIn(readFileSync(path, 'utf8')).map((rule) => ({ file: relative(ROOT, path), rule })),
    );
}

const isTest = ({ file }: { readonly file: string }) => /\.(test|suite|slow)\.ts$/.test(file);

describe('docs/rules.md', () => {
  test('numbers the rules from 1 without a gap', () => {
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test.each(['src', 'test', 'docs'])('has every rule that %s/ cites', (folder) => {
    const cited = citations(folder);
    expect(cited).not.toEqual([]);
    expect(cited.filter(({ rule }) => !numbers.includes(rule))).toEqual([]);
  });

  test('has no rule that no test cites', () => {
    const cited = new Set(
      ['src', 'test']
        .flatMap(citations)
        .filter(isTest)
        .map(({ rule }) => rule),
    );
    expect(numbers.filter((rule) => !cited.has(rule))).toEqual([]);
  });

  test('names a test file below each rule', () => {
    expect(rules.filter(({ tests }) => tests.length === 0)).toEqual([]);
  });

  test.each(named)('rule $rule is cited by $file', ({ rule, file }) => {
    expect(existsSync(join(ROOT, file)), `${file}: no such file; correct its path in docs/rules.md`).toBe(
      true,
    );
    expect(citedIn(readFileSync(join(ROOT, file), 'utf8'))).toContain(rule);
  });

  test.each([
    ['as rule 21 says', [21]],
    ['Rules 2 to 4', [2, 3, 4]],
    ['rules 13, 18 to 20 and 22', [13, 18, 19, 20, 22]],
    ['rules 7 and 24; 30 rows', [7, 24]],
    ['no rule at all', []],
  ])('a citation is read: %s', (text, rules) => {
    expect(citedIn(text)).toEqual(rules);
  });
});
