import { describe, expect, it } from 'vitest';
import { readCodeAnswer } from './exchange-code.ts';

const read = (body: unknown, status = 200) => readCodeAnswer({ status, body });
const TOKEN = { access_token: '1000.a.b', token_type: 'Bearer', expires_in: 3600 };

describe('the answer to a one-time code', () => {
  it('has a refresh token, the scopes and the API host', () => {
    const body = {
      ...TOKEN,
      refresh_token: '1000.r.r',
      scope: 'ZohoCRM.modules.contacts.ALL ZohoCRM.org.READ',
      api_domain: 'https://www.zohoapis.eu',
    };
    expect(read(body)).toEqual({
      kind: 'tokens',
      refreshToken: '1000.r.r',
      scopes: ['ZohoCRM.modules.contacts.ALL', 'ZohoCRM.org.READ'],
      apiDomain: 'https://www.zohoapis.eu',
    });
  });

  it('may lack the scopes and the API host', () => {
    expect(read({ ...TOKEN, refresh_token: '1000.r.r' })).toEqual({
      kind: 'tokens',
      refreshToken: '1000.r.r',
      scopes: undefined,
      apiDomain: undefined,
    });
  });

  it('is useless without a refresh token', () => {
    expect(read(TOKEN)).toEqual({ kind: 'no_refresh_token' });
  });

  it.each([
    'invalid_code',
    'invalid_client',
    'invalid_client_secret',
    'invalid_redirect_uri',
    'invalid_scope',
  ])('%s is a refusal, whatever the HTTP status', (error) => {
    expect(read({ error })).toEqual({ kind: 'refused', code: error });
    expect(read({ error }, 400)).toEqual({ kind: 'refused', code: error });
  });

  it('Access Denied means wait, and anything else does not count as an answer', () => {
    expect(read({ error: 'Access Denied', status: 'failure' }, 400)).toEqual({ kind: 'throttled' });
    expect(read({ error: 'general_error' })).toMatchObject({ kind: 'unavailable' });
    expect(read('<html>')).toMatchObject({ kind: 'unavailable' });
  });
});
