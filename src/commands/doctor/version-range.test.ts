import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isInRange } from './version-range.ts';

test.each([
  ['22.22.1', false],
  ['22.22.2', true],
  ['22.100.0', true],
  ['23.11.0', false],
  ['24.9.0', false],
  ['24.15.0', true],
  ['25.0.0', false],
  ['26.0.0', true],
  ['30.1.0', true],
])('Node %s is in the range: %s', (version, fits) => {
  expect(isInRange(version, '^22.22.2 || ^24.15.0 || >=26.0.0')).toBe(fits);
});

test('the range of package.json has a form that doctor reads', () => {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  const { engines }: { engines: { node: string } } = JSON.parse(text);
  expect(isInRange(process.versions.node, engines.node)).toBe(true);
});
