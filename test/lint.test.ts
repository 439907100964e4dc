import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

/**
 * The part of the style that the linter checks: under this repository's settings it names files that break a
 * rule.
 */

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SIZES = /max-lines/;
const OXLINT = join(ROOT, 'node_modules/oxlint/bin/oxlint');
const folder = mkdtempSync(join(tmpdir(), 'lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rules that these files break, by the linter's own names. */
function broken(files: { readonly [path: string]: string }): string[] {
  const here = mkdtempSync(join(folder, 'case-'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(here, '.oxlintrc.json'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(here, path)), { recursive: true });
    writeFileSync(join(here, path), text);
  }
  const { stdout } = spawnSync(process.execPath, [OXLINT, '--format', 'unix'], {
    cwd: here,
    encoding: 'utf8',
  });
  return [...stdout.matchAll(/\[\w+\/(\S+)\]$/gm)].map(([, rule = '']) => rule);
}

/** Files that the settings except from a size rule, by name. */
function exceptions(): string[] {
  const settings = readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8');
  const blocks = settings.matchAll(/"files": \[([^\]]*)\],\s*"rules": \{[^}]*"max-lines[^}]*"off"/g);
  return [...blocks].flatMap(([, list = '']) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, file = '']) => file),
  );
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, number) => `export const line${number} = ${number};\n`).join('');
const functionOf = (count: number) =>
  `export function long(): void {\n${'  // a line\n'.repeat(count - 2)}}\n`;
const circle = {
  'src/a.ts': "import type { B } from './b.ts';\nexport interface A {\n  readonly b: B;\n}\n",
  'src/b.ts': "import type { A } from './a.ts';\nexport interface B {\n  readonly a: A;\n}\n",
};

describe('The linter names', () => {
  test.each([
    ['a file of over 200 lines', { 'src/a.ts': lines(201) }, 'eslint(max-lines)'],
    ['a function of over 60 lines', { 'src/a.ts': functionOf(61) }, 'eslint(max-lines-per-function)'],
    [
      'a type among imported values',
      {
        'src/a.ts':
          "import { join, type ParsedPath } from 'node:path';\nexport const a = (b: ParsedPath) => join(b.dir);\n",
      },
      'import(consistent-type-specifier-style)',
    ],
    ['files that import types of each other', circle, 'import(no-cycle)'],
  ])('%s', (_name, files, rule) => {
    expect(broken(files)).toContain(rule);
  });

  test('every exception that is no longer needed', () => {
    const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
    const large = exceptions().filter((file) =>
      broken({ 'src/a.ts': text(file) }).some((rule) => SIZES.test(rule)),
    );
    expect(exceptions()).toEqual(large);
  });

  test.each([
    ['a file of 200 lines', { 'src/a.ts': lines(200) }],
    ['a function of 60 lines', { 'src/a.ts': functionOf(60) }],
    ['a test of any length', { 'src/a.test.ts': lines(300), 'test/b.test.ts': lines(300) }],
  ])('nothing in %s', (_name, files) => {
    expect(broken(files)).toEqual([]);
  });
});
