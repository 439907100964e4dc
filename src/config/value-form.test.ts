import { expect, test } from 'vitest';
import { formFault, trimmedValue } from './value-form.ts';
import { VARIABLE_NAMES } from './variables.ts';
import type { VariableName } from './variables.ts';

test.each(VARIABLE_NAMES)('%s may end with a line break, as values read from files do', (name) => {
  const value = trimmedValue(name, 'value\r\n');
  expect(value).toBe('value');
  expect(formFault(name, value)).toBeUndefined();
});

test.each<[VariableName, string, string]>([
  ['ORY_WEBHOOK_SECRET', ' \ts3cret\t ', 's3cret'],
  ['ORY_WEBHOOK_SECRET', 'two words', 'two words'],
  ['ZOHO_CLIENT_SECRET', '\n\n', ''],
  ['PORT', ' 3000 ', '3000'],
  ['DATABASE_URL', ' postgres://u:p@h/d \n', 'postgres://u:p@h/d'],
  ['DATABASE_URL', 'sqlite:/data/my store.db \n', 'sqlite:/data/my store.db '],
  ['ORY_ZOHO_MAPPING', ' a.yaml\n', ' a.yaml'],
])('%s=%j becomes %j', (name, value, expected) => {
  expect(trimmedValue(name, value)).toBe(expected);
});

test.each<[VariableName, string, boolean]>([
  ['ORY_WEBHOOK_SECRET', 'two words', true],
  ['ORY_WEBHOOK_SECRET', 'a\ttab', true],
  ['ORY_WEBHOOK_SECRET', 'Schlüssel-鍵', true],
  ['ORY_WEBHOOK_SECRET', 'two\nlines', false],
  ['ORY_WEBHOOK_SECRET', 'cut\u0000here', false],
  ['ORY_WEBHOOK_SECRET_PREVIOUS', '\u00A0pasted', false],
  ['METRICS_TOKEN', 'pasted\u200B', false],
  ['METRICS_TOKEN', '\uFEFFpasted', false],
  ['ZOHO_REFRESH_TOKEN', '1000.abc.def', true],
  ['ZOHO_REFRESH_TOKEN', '1000.abc def', false],
  ['ZOHO_CLIENT_SECRET', 'abc\u200Bdef', false],
  ['ZOHO_CLIENT_ID', '1000.ÄB', false],
  ['ORY_PROJECT_API_KEY', 'ory_pat_a\r\nX-Evil: 1', false],
  ['ORY_WORKSPACE_API_KEY', 'ory_wak_ a', false],
  ['DATABASE_URL', 'sqlite:/data/my store.db', true],
  ['DATABASE_URL', 'sqlite:/data/store.db ', false],
  ['DATABASE_URL', 'postgres://u:p@h/d', true],
  ['ORY_ZOHO_MAPPING', ' a.yaml', false],
  ['HOST', 'two words', true],
])('%s=%j can be used: %s', (name, value, fit) => {
  const fault = formFault(name, value);
  expect(fault === undefined).toBe(fit);
  if (fault !== undefined) expect(fault).not.toContain(value);
});
