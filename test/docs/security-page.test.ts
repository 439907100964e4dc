import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** Rows of the table of threats: the threat, the file of its test and part of the test's name. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| threat'))
  .map((line) => {
    const cells = line.split(' | ');
    const [, file = '', name = ''] = /^`([^`]+)`: (.*?) ?\|?$/.exec(cells.at(-1) ?? '') ?? [];
    return { threat: cells[0]?.slice(2) ?? '', file, name };
  });

test.each(rows)('$threat: its test exists', ({ file, name }) => {
  expect(existsSync(join(ROOT, file)) && file !== '').toBe(true);
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
});

test('the table is read', () => {
  expect(rows.length).toBeGreaterThan(30);
});

test('the number of direct dependencies is right', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(page).toContain(`${Object.keys(dependencies).length} direct dependencies`);
});
