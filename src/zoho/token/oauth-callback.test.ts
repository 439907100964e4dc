import { describe, expect, it } from 'vitest';
import { readCallback } from './oauth-callback.ts';

const STATE = 'a-state-of-the-test';
const US = 'https://accounts.zoho.com';
const LOOPBACK = 'http://127.0.0.1:4000';

const read = (query: string, accountsUrl = US) =>
  readCallback(new URLSearchParams(query), { state: STATE, accountsUrl });

const ACCOUNTS = [
  ['us', 'https://accounts.zoho.com'],
  ['eu', 'https://accounts.zoho.eu'],
  ['in', 'https://accounts.zoho.in'],
  ['au', 'https://accounts.zoho.com.au'],
  ['jp', 'https://accounts.zoho.jp'],
  ['ca', 'https://accounts.zohocloud.ca'],
  ['cn', 'https://accounts.zoho.com.cn'],
  ['sa', 'https://accounts.zoho.sa'],
] as const;

describe('the code of a callback goes to the accounts server it names', () => {
  it.each(ACCOUNTS)('in %s', (location, accountsUrl) => {
    const server = encodeURIComponent(accountsUrl);
    const code = { kind: 'code', code: '1000.c', accountsUrl };
    // Zoho's live callbacks end in a stray `&`.
    expect(read(`code=1000.c&location=${location}&accounts-server=${server}&state=${STATE}&`)).toEqual(code);
    expect(read(`code=1000.c&location=${location}&state=${STATE}`)).toEqual(code);
  });

  it('or to the one of the request if it names none', () => {
    const query = `code=1000.c&state=${STATE}`;
    expect(read(query, 'https://accounts.zoho.jp')).toMatchObject({
      accountsUrl: 'https://accounts.zoho.jp',
    });
    expect(read(`${query}&location=us`, LOOPBACK)).toMatchObject({ accountsUrl: LOOPBACK });
  });

  it('or back to the stand-in if it comes from one on this machine', () => {
    const query = `code=1000.c&state=${STATE}&location=us&accounts-server=${LOOPBACK}`;
    expect(read(query, LOOPBACK)).toEqual({ kind: 'code', code: '1000.c', accountsUrl: LOOPBACK });
  });
});

describe('no code goes anywhere', () => {
  it.each([
    ['https://accounts.zoho.example'],
    ['http://accounts.zoho.com'],
    ['https://accounts.zoho.com.evil.example'],
    ['https://accounts.zoho.com@evil.example'],
    ['https://accounts.zoho.com:8443'],
    [LOOPBACK],
    ['accounts.zoho.com'],
    [''],
  ])('to %j', (server) => {
    const query = `code=1000.c&location=us&accounts-server=${encodeURIComponent(server)}&state=${STATE}`;
    expect(read(query)).toMatchObject({ kind: 'foreign_host' });
  });

  it('to a data center that is not on the table', () => {
    expect(read(`code=1000.c&location=mars&state=${STATE}`)).toEqual({ kind: 'foreign_host', host: 'mars' });
  });

  it('from a stand-in to another address, even one of Zoho', () => {
    const query = `code=1000.c&state=${STATE}&accounts-server=`;
    expect(read(`${query}http://127.0.0.1:4001`, LOOPBACK)).toMatchObject({ kind: 'foreign_host' });
    expect(read(`${query}${US}`, LOOPBACK)).toMatchObject({ kind: 'foreign_host' });
  });

  it.each(['', 'state=', 'state=other', `state=${STATE}x`, `state=${STATE.slice(1)}`])(
    'for the state %j',
    (state) => {
      expect(read(`code=1000.c&${state}`)).toEqual({ kind: 'wrong_state' });
    },
  );

  it('when there is none', () => {
    expect(read(`state=${STATE}&location=us`)).toEqual({ kind: 'no_code' });
    expect(read(`state=${STATE}&code=`)).toEqual({ kind: 'no_code' });
  });

  it('when the user refused or Zoho gives another reason, which is shown without markup', () => {
    expect(read(`error=access_denied&state=${STATE}`)).toEqual({ kind: 'refused', error: 'access_denied' });
    expect(read(`error=%3Cb%3Ex%1b%5B31m&state=${STATE}`)).toEqual({ kind: 'refused', error: ' b x 31m' });
  });
});
