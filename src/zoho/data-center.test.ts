import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { apiDomainFits, dataCenterOfAccounts, resolveHosts } from './data-center.ts';

const ROWS = [
  ['us', 'accounts.zoho.com', 'zohoapis.com'],
  ['eu', 'accounts.zoho.eu', 'zohoapis.eu'],
  ['in', 'accounts.zoho.in', 'zohoapis.in'],
  ['au', 'accounts.zoho.com.au', 'zohoapis.com.au'],
  ['jp', 'accounts.zoho.jp', 'zohoapis.jp'],
  ['ca', 'accounts.zohocloud.ca', 'zohoapis.ca'],
  ['cn', 'accounts.zoho.com.cn', 'zohoapis.com.cn'],
  ['sa', 'accounts.zoho.sa', 'zohoapis.sa'],
] as const;

describe.each(ROWS)('data center %s', (dataCenter, accounts, domain) => {
  const expected = {
    dataCenter,
    apiBaseUrl: `https://www.${domain}/crm/v2`,
    accountsUrl: `https://${accounts}`,
  };

  it('sets both hosts', () => {
    expect(resolveHosts({ dataCenter })).toEqual(expected);
  });

  it.each(['www', 'sandbox', 'developer'])(
    'is recognized by its %s API host, and the accounts host follows',
    (kind) => {
      const apiBaseUrl = `https://${kind}.${domain}/crm/v8`;
      expect(resolveHosts({ apiBaseUrl: `${apiBaseUrl}/` })).toEqual({ ...expected, apiBaseUrl });
      expect(apiDomainFits(`https://${kind}.${domain}`, resolveHosts({ dataCenter }))).toBe(true);
    },
  );

  it('is recognized by its accounts host, and the API host follows', () => {
    expect(resolveHosts({ accountsUrl: `https://${accounts}/` })).toEqual(expected);
    expect(dataCenterOfAccounts(`https://${accounts}`)).toBe(dataCenter);
  });

  it('fits no other data center', () => {
    for (const [other, otherAccounts, otherDomain] of ROWS.filter(([name]) => name !== dataCenter)) {
      expect(apiDomainFits(`https://www.${otherDomain}`, resolveHosts({ dataCenter })), other).toBe(false);
      const apiBaseUrl = `https://www.${otherDomain}/crm/v8`;
      expect(() => resolveHosts({ dataCenter, apiBaseUrl }), other).toThrow(ConfigurationError);
      expect(() => resolveHosts({ dataCenter, accountsUrl: `https://${otherAccounts}` })).toThrow(
        ConfigurationError,
      );
      expect(() => resolveHosts({ apiBaseUrl, accountsUrl: `https://${accounts}` })).toThrow(
        ConfigurationError,
      );
    }
  });
});

it('uses the US data center and API v2 when nothing is set', () => {
  expect(resolveHosts({})).toEqual({
    dataCenter: 'us',
    apiBaseUrl: 'https://www.zohoapis.com/crm/v2',
    accountsUrl: 'https://accounts.zoho.com',
  });
});

it.each([
  ['only the API host', { apiBaseUrl: 'http://127.0.0.1:4010/crm/v8' }],
  ['only the accounts host', { accountsUrl: 'http://127.0.0.1:4010/' }],
  ['both', { apiBaseUrl: 'http://127.0.0.1:4010/crm/v8', accountsUrl: 'http://127.0.0.1:4010' }],
  ['a data center as well', { dataCenter: 'eu', apiBaseUrl: 'http://127.0.0.1:4010/crm/v8' }],
])('keeps everything on this machine when a loopback address is set: %s', (_case, settings) => {
  const hosts = resolveHosts(settings);
  expect(hosts.dataCenter).toBe('loopback');
  expect(new URL(hosts.apiBaseUrl).origin).toBe('http://127.0.0.1:4010');
  expect(hosts.accountsUrl).toBe('http://127.0.0.1:4010');
  expect(apiDomainFits('https://www.zohoapis.in', hosts)).toBe(true);
});

it.each(['http://localhost:1/crm/v2', 'http://[::1]:1/crm/v2', 'https://127.9.8.7/crm/v2'])(
  'treats %s as loopback',
  (url) => {
    expect(resolveHosts({ apiBaseUrl: url })).toMatchObject({ dataCenter: 'loopback', apiBaseUrl: url });
  },
);

it.each([
  'https://www.zohoapis.eu.evil.example/crm/v8',
  'https://127.0.0.1.evil.example/crm/v8',
  'https://localhost.evil.example/crm/v8',
  'https://zohoapis.eu/crm/v8',
  'https://www.zohoapis.uk/crm/v8',
  'https://www.zohoapis.eu:8443/crm/v8',
  'http://www.zohoapis.eu/crm/v8',
  'https://user:secret@www.zohoapis.eu/crm/v8',
  'https://www.zohoapis.eu/crm/v8?x=1',
  'https://www.zohoapis.eu/crm/v1',
  'https://www.zohoapis.eu/crm/v9',
  'https://www.zohoapis.eu/crm/v2/Contacts',
  'https://www.zohoapis.eu',
  'ftp://127.0.0.1/crm/v8',
  'www.zohoapis.eu/crm/v8',
  '',
])('refuses the API base URL %j with exit code 2 and a next step', (apiBaseUrl) => {
  const refuse = () => resolveHosts({ apiBaseUrl });
  expect(refuse).toThrow(ConfigurationError);
  expect(refuse).toThrow(expect.objectContaining({ exitCode: 2, hint: expect.stringMatching(/./) }));
  expect(refuse).not.toThrow(/secret/);
});

it.each([
  'https://accounts.zoho.eu.evil.example',
  'http://accounts.zoho.eu',
  'https://accounts.zoho.eu/oauth/v2/token',
  'https://accounts.zoho.uk',
])('refuses the accounts URL %j', (accountsUrl) => {
  expect(() => resolveHosts({ accountsUrl })).toThrow(ConfigurationError);
  expect(dataCenterOfAccounts(accountsUrl.replace(/\/oauth.*/, '') + ':99')).toBeUndefined();
});

it('refuses an unknown data center and names the known ones', () => {
  expect(() => resolveHosts({ dataCenter: 'uk' })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('us, eu, in, au, jp, ca, cn, sa') }),
  );
});

it.each(['https://www.zohoapis.eu.evil.example', 'http://www.zohoapis.eu', 'www.zohoapis.eu', ''])(
  'matches the api_domain %j with no data center',
  (apiDomain) => {
    expect(apiDomainFits(apiDomain, resolveHosts({ dataCenter: 'eu' }))).toBe(false);
  },
);
