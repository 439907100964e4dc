import { expect, test } from 'vitest';
import { neverMovesUpdatedAt } from './kratos-version.ts';

test.each<[string | undefined, boolean]>([
  ['v1.0.0', true],
  ['v1.2.0', true],
  ['v1.3.0', true],
  ['v1.3.1', true],
  ['1.3.1', true],
  ['v25.3.0', true],
  ['v25.4.0', false],
  ['v25.4.1', false],
  ['v26.2.0', false],
  ['v0.13.0', false],
  ['v1.3.1-12-g66afac1', false],
  ['v1.3.1+patched', false],
  ['master', false],
  ['', false],
  [undefined, false],
])('updated_at never moves in version %s: %s', (version, never) => {
  expect(neverMovesUpdatedAt(version)).toBe(never);
});
