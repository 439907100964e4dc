import { expect, test } from 'vitest';
import { proxyFor } from './proxy-for.ts';
import type { ProxyVariables } from './proxy-for.ts';

const BOTH = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };

test.each<[string, ProxyVariables, string | undefined]>([
  ['https://accounts.zoho.eu/oauth', {}, undefined],
  ['https://accounts.zoho.eu/oauth', BOTH, 'http://secure:1'],
  ['http://kratos:4434', BOTH, 'http://plain:2'],
  ['https://accounts.zoho.eu', { HTTP_PROXY: 'http://plain:2' }, undefined],
  ['http://kratos:4434', { HTTPS_PROXY: 'http://secure:1' }, undefined],
  ['https://accounts.zoho.eu', { HTTPS_PROXY: '  ' }, undefined],
  ['https://accounts.zoho.eu', { HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, 'http://b:2'],
  ['https://accounts.zoho.eu', { HTTPS_PROXY: 'http://a:1', https_proxy: '' }, undefined],
  ['https://accounts.zoho.eu', { HTTPS_PROXY: ' http://a:1\n' }, 'http://a:1'],
])('a call to %s with %j goes through %s', (url, environment, expected) => {
  expect(proxyFor(new URL(url), environment)?.value).toBe(expected);
});

test.each(['http://localhost:3000', 'http://127.0.0.1', 'https://127.8.9.1:8443', 'http://[::1]:4434'])(
  'a call to %s stays on this machine',
  (url) => {
    expect(proxyFor(new URL(url), { ...BOTH, NO_PROXY: '' })).toBeUndefined();
  },
);

test.each<[string, string, boolean]>([
  ['*', 'https://accounts.zoho.eu', true],
  ['zoho.eu', 'https://accounts.zoho.eu', true],
  ['zoho.eu', 'https://zoho.eu', true],
  ['zoho.eu', 'https://notzoho.eu', false],
  ['.zoho.eu', 'https://accounts.zoho.eu', true],
  ['*.zoho.eu', 'https://accounts.zoho.eu', true],
  ['*.zoho.eu', 'https://zoho.eu', false],
  ['ZOHO.EU', 'https://accounts.zoho.eu.', true],
  ['a.example, kratos ,b.example', 'http://kratos:4434', true],
  ['a.example kratos', 'http://kratos:4434', true],
  ['kratos:4434', 'http://kratos:4434', true],
  ['kratos:4433', 'http://kratos:4434', false],
  ['zoho.eu:443', 'https://accounts.zoho.eu', true],
  ['*:80', 'http://kratos', true],
  ['.svc,.cluster.local', 'http://kratos-admin.auth.svc', true],
  ['10.0.0.0/8', 'http://10.4.5.6:4434', true],
  ['10.0.0.0/8', 'http://11.4.5.6:4434', false],
  ['10.0.0.0/8', 'http://kratos:4434', false],
  ['10.4.5.6', 'http://10.4.5.6:4434', true],
  ['fd00::/8', 'http://[fd12::1]:4434', true],
  ['[fd12::1]:4434', 'http://[fd12::1]:4434', true],
  ['fd12::1', 'http://[fd12::1]:4434', true],
  ['10.0.0.0/99,nonsense/8,/', 'http://10.4.5.6:4434', false],
  ['', 'https://accounts.zoho.eu', false],
])('NO_PROXY=%j lets %s go directly: %s', (list, url, direct) => {
  expect(proxyFor(new URL(url), { ...BOTH, NO_PROXY: list }) === undefined).toBe(direct);
  expect(proxyFor(new URL(url), { ...BOTH, no_proxy: list }) === undefined).toBe(direct);
});
