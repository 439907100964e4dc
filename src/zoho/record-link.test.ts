import { expect, it } from 'vitest';
import { recordLink } from './record-link.ts';

it.each([
  ['https://www.zohoapis.com', 'https://crm.zoho.com'],
  ['https://www.zohoapis.eu', 'https://crm.zoho.eu'],
  ['https://www.zohoapis.in', 'https://crm.zoho.in'],
  ['https://www.zohoapis.com.au', 'https://crm.zoho.com.au'],
  ['https://www.zohoapis.jp', 'https://crm.zoho.jp'],
  ['https://www.zohoapis.com.cn', 'https://crm.zoho.com.cn'],
  ['https://www.zohoapis.ca', 'https://crm.zohocloud.ca'],
  ['https://www.zohoapis.sa', 'https://crm.zoho.sa'],
  ['https://sandbox.zohoapis.eu', 'https://crmsandbox.zoho.eu'],
  ['https://sandbox.zohoapis.ca', 'https://crmsandbox.zohocloud.ca'],
  ['https://developer.zohoapis.eu', 'https://crm.zoho.eu'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ['http://[::1]:4000', 'http://[::1]:4000'],
])('a record of %s is shown at %s', (api, web) => {
  expect(recordLink(`${api}/crm/v8`, '20', 'Leads', '7')).toBe(`${web}/crm/org20/tab/Leads/7`);
});

it('works without the number of the organization', () => {
  expect(recordLink('https://www.zohoapis.eu/crm/v2', undefined, 'Contacts', '7')).toBe(
    'https://crm.zoho.eu/crm/tab/Contacts/7',
  );
});

it('stays in its path with any parts', () => {
  expect(recordLink('https://www.zohoapis.eu/crm/v8', '1/2', 'a?b', '../c')).toBe(
    'https://crm.zoho.eu/crm/org1%2F2/tab/a%3Fb/..%2Fc',
  );
});

it.each(['https://zohoapis.example/crm/v8', 'https://www.zohoapis.eu.example/crm/v8', 'nothing'])(
  'shows nothing at %s',
  (api) => {
    expect(recordLink(api, '20', 'Contacts', '7')).toBeUndefined();
  },
);
