import { describe, expect, it } from 'vitest';
import type { Settings, Source } from '../../../config/sources.ts';
import type { VariableName } from '../../../config/variables.ts';
import { OryZohoError } from '../../../errors.ts';
import { givenHosts, hostsOfTokens, presentHosts } from './zoho-hosts.ts';

const ROWS = [
  ['us', 'https://accounts.zoho.com', 'zohoapis.com'],
  ['eu', 'https://accounts.zoho.eu', 'zohoapis.eu'],
  ['in', 'https://accounts.zoho.in', 'zohoapis.in'],
  ['au', 'https://accounts.zoho.com.au', 'zohoapis.com.au'],
  ['jp', 'https://accounts.zoho.jp', 'zohoapis.jp'],
  ['ca', 'https://accounts.zohocloud.ca', 'zohoapis.ca'],
  ['cn', 'https://accounts.zoho.com.cn', 'zohoapis.com.cn'],
  ['sa', 'https://accounts.zoho.sa', 'zohoapis.sa'],
] as const;

const settings = (source: Source, values: { readonly [Name in VariableName]?: string }): Settings =>
  new Map(
    (['ZOHO_DATA_CENTER', 'ZOHO_API_BASE_URL', 'ZOHO_ACCOUNTS_URL'] as const).flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, { value, source }] as const];
    }),
  );
const NOTHING = settings('profile', {});

describe.each(ROWS)('data center %s', (dataCenter, accountsUrl, domain) => {
  it('is where a self client that names it gives its code and secret', () => {
    expect(givenHosts(dataCenter, NOTHING)).toMatchObject({ dataCenter, accountsUrl });
  });

  it.each(['www', 'sandbox', 'developer'])(
    'has its %s API in version 8 when the token answer says so',
    (kind) => {
      expect(hostsOfTokens(accountsUrl, `https://${kind}.${domain}`)).toEqual({
        dataCenter,
        accountsUrl,
        apiBaseUrl: `https://${kind}.${domain}/crm/v8`,
      });
    },
  );

  it('has its www API where the token answer does not say', () => {
    expect(hostsOfTokens(accountsUrl, undefined)).toMatchObject({
      apiBaseUrl: `https://www.${domain}/crm/v8`,
    });
  });

  it('lets no token go to the API of another, nor off the table', () => {
    const others = ROWS.filter(([name]) => name !== dataCenter).map(([, , other]) => `https://www.${other}`);
    for (const other of [...others, 'https://www.zohoapis.example', 'http://127.0.0.1:4000', 'x']) {
      expect(() => hostsOfTokens(accountsUrl, other), other).toThrow(OryZohoError);
    }
  });
});

describe('hosts', () => {
  it('of a stand-in stay on this machine', () => {
    const loopback = 'http://127.0.0.1:4000';
    expect(hostsOfTokens(loopback, loopback)).toMatchObject({
      dataCenter: 'loopback',
      apiBaseUrl: `${loopback}/crm/v8`,
    });
    expect(givenHosts(undefined, settings('environment', { ZOHO_ACCOUNTS_URL: loopback }))).toMatchObject({
      accountsUrl: loopback,
    });
  });

  it('that the profile has are offered, but are not given', () => {
    const saved = settings('profile', { ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.jp' });
    expect(givenHosts(undefined, saved)).toBeUndefined();
    expect(presentHosts(saved)).toMatchObject({ dataCenter: 'jp' });
    expect(givenHosts('eu', saved)).toMatchObject({ dataCenter: 'eu' });
  });

  it('of the environment stand in for all that the profile has', () => {
    const both = new Map([
      ...settings('profile', {
        ZOHO_API_BASE_URL: 'https://www.zohoapis.jp/crm/v8',
        ZOHO_ACCOUNTS_URL: 'https://accounts.zoho.jp',
      }),
      ...settings('environment', { ZOHO_DATA_CENTER: 'us' }),
    ]);
    expect(presentHosts(both)).toMatchObject({ dataCenter: 'us', accountsUrl: 'https://accounts.zoho.com' });
  });

  it('of the environment that contradict the flag are refused', () => {
    const environment = settings('environment', { ZOHO_API_BASE_URL: 'https://www.zohoapis.com/crm/v8' });
    expect(() => givenHosts('eu', environment)).toThrow(OryZohoError);
  });
});
