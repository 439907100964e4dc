import { expect, it } from 'vitest';
import { readTokenAnswer } from './token-answer.ts';

const token = (expiry: object) => ({
  access_token: '1000.aa.bb',
  api_domain: 'https://www.zohoapis.eu',
  ...expiry,
});

it.each([
  [{ expires_in: 3600 }, 3_600_000],
  [{ expires_in_sec: 3600, expires_in: 3_600_000 }, 3_600_000],
  [{ expires_in: 3_600_000 }, 3_600_000],
  [{ expires_in: '1800' }, 1_800_000],
  [{}, 3_600_000],
  [{ expires_in: 'soon' }, 3_600_000],
])('reads a token with %j as living %i ms', (expiry, lifetimeMs) => {
  const expected = {
    kind: 'token',
    accessToken: '1000.aa.bb',
    lifetimeMs,
    apiDomain: 'https://www.zohoapis.eu',
  };
  expect(readTokenAnswer({ status: 200, body: token(expiry) })).toEqual(expected);
  expect(readTokenAnswer({ status: 400, body: token(expiry) })).toEqual(expected);
});

const tooMany = {
  error_description: 'You have made too many requests continuously. Please try again after some time.',
  error: 'Access Denied',
  status: 'failure',
};

it.each([
  [200, tooMany, { kind: 'throttled' }],
  [400, tooMany, { kind: 'throttled' }],
  [200, { error: 'access_denied' }, { kind: 'throttled' }],
  [429, undefined, { kind: 'throttled' }],
  [200, { error: 'invalid_code' }, { kind: 'dead', code: 'invalid_code' }],
  [400, { error: 'invalid_code' }, { kind: 'dead', code: 'invalid_code' }],
  [200, { error: 'invalid_client' }, { kind: 'dead', code: 'invalid_client' }],
  [200, { error: 'invalid_client_secret' }, { kind: 'dead', code: 'invalid_client_secret' }],
  [200, { error: 'general_error' }, { kind: 'unavailable' }],
  [500, { error: 'server_error' }, { kind: 'unavailable' }],
  [502, undefined, { kind: 'unavailable' }],
  [200, {}, { kind: 'unavailable' }],
  [200, { access_token: 'two\r\nlines' }, { kind: 'unavailable' }],
])('HTTP %i with %j is %j', (status, body, expected) => {
  expect(readTokenAnswer({ status, body })).toMatchObject(expected);
});
