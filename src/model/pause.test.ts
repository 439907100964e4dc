import { expect, test } from 'vitest';
import type { PauseReason } from './pause.ts';
import { isPauseReason, needsAPerson, pauseBy } from './pause.ts';

test.each<[PauseReason, boolean, string, boolean]>([
  ['network', false, 'here', false],
  ['zoho_unavailable', false, 'zoho', false],
  ['rate_limit', false, 'zoho', false],
  ['credits', false, 'here', false],
  ['token_throttled', false, 'zoho', false],
  ['token_dead', true, 'here', true],
  ['wrong_host_or_scope', true, 'here', true],
  ['scope', true, 'operation', true],
  ['no_permission', true, 'operation', true],
  ['invalid_module', true, 'operation', false],
  ['invalid_url', true, 'operation', false],
  ['wrong_org', true, 'here', false],
  ['ory_id_field', true, 'here', false],
])('a pause by %s: needs a person %s, cause %s, no access %s', (reason, person, cause, noAccess) => {
  expect(needsAPerson(reason)).toBe(person);
  expect(pauseBy(reason).cause).toBe(cause);
  expect(pauseBy(reason).noAccess ?? false).toBe(noAccess);
  expect(pauseBy(reason).fix).toMatch(/\.$/);
});

test.each([
  ['scope', true],
  ['a reason of a later version', false],
  ['toString', false],
])('%s is a known reason: %s', (text, known) => {
  expect(isPauseReason(text)).toBe(known);
});
