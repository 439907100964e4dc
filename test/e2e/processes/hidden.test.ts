import { expect, it } from 'vitest';
import { expectHidden } from './hidden.ts';

const TOKEN = `1000.${'0'.repeat(32)}.${'f'.repeat(32)}`;

it.each([
  ['a secret of the environment', 'with hush-hush in it', { METRICS_TOKEN: 'hush-hush' }, 'METRICS_TOKEN'],
  ['a token of unknown origin', `got ${TOKEN}`, {}, 'ZOHO_REFRESH_TOKEN'],
])('%s is found', (_what, output, environment, name) => {
  expect(() => expectHidden(output, environment)).toThrow(name);
});

it.each([
  ['a value that is not a secret', 'port 30000000', { PORT: '30000000' }],
  ['a value that is not set', 'anything', { METRICS_TOKEN: '' }],
])('%s is not', (_what, output, environment) => {
  expect(() => expectHidden(output, environment)).not.toThrow();
});
