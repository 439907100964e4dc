import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Answer } from './calls.ts';
import { accessToken, askForToken, call, Crm, sandboxFor } from './calls.ts';

const TEN_MINUTES = 10 * 60 * 1000;

function org(sandbox: Sandbox, authorization: string): Promise<Answer> {
  return call(`${sandbox.zoho.apiBaseUrl()}/org`, { headers: authorization === '' ? {} : { authorization } });
}

function redeem({ zoho }: Sandbox, code: string, change: Record<string, string> = {}): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: zoho.clientId,
    client_secret: zoho.clientSecret,
    code,
    ...change,
  });
  return call(`${zoho.accountsUrl}/oauth/v2/token`, { method: 'POST', form: form.toString() });
}

describe('access tokens', () => {
  test('a refresh token gives an access token with the API domain, but no new refresh token', async () => {
    const sandbox = await sandboxFor();
    const answer = await askForToken(sandbox);
    expect(answer).toMatchObject({
      status: 200,
      json: { api_domain: sandbox.url, token_type: 'Bearer', expires_in: 3600 },
    });
    expect(answer.json).not.toHaveProperty('refresh_token');
  });

  test("a request as a multipart form is accepted, as Zoho's own SDKs send it", async () => {
    const { zoho } = await sandboxFor();
    const form = new FormData();
    form.set('grant_type', 'refresh_token');
    form.set('client_id', zoho.clientId);
    form.set('client_secret', zoho.clientSecret);
    form.set('refresh_token', zoho.refreshToken);
    const answer = await fetch(`${zoho.accountsUrl}/oauth/v2/token`, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer' });
  });

  test.each([
    { change: { client_id: '1000.X' }, error: 'invalid_client' },
    { change: { client_secret: 'x' }, error: 'invalid_client_secret' },
    { change: { refresh_token: '1000.x' }, error: 'invalid_code' },
    { change: { grant_type: 'password' }, error: 'general_error' },
  ])('with $change the answer is $error under HTTP 200', async ({ change, error }) => {
    expect(await askForToken(await sandboxFor(), change)).toMatchObject({ status: 200, json: { error } });
  });

  test('the 11th request in 10 minutes is denied, and further requests extend the block', async () => {
    const sandbox = await sandboxFor();
    for (let i = 0; i < 10; i += 1) await accessToken(sandbox);
    const denied = {
      status: 400,
      json: {
        error_description: 'You have made too many requests continuously. Please try again after some time.',
        error: 'Access Denied',
        status: 'failure',
      },
    };
    expect(await askForToken(sandbox)).toMatchObject(denied);
    await sandbox.control.advanceClock(TEN_MINUTES / 2);
    for (let i = 0; i < 10; i += 1) expect(await askForToken(sandbox)).toMatchObject(denied);
    await sandbox.control.advanceClock(TEN_MINUTES / 2 + 1000);
    expect(await askForToken(sandbox)).toMatchObject(denied);
    await sandbox.control.advanceClock(TEN_MINUTES + 1000);
    expect(await askForToken(sandbox)).toMatchObject({ status: 200, json: { token_type: 'Bearer' } });
  });

  test('the 16th active access token ends the oldest', async () => {
    const sandbox = await sandboxFor();
    const first = await accessToken(sandbox);
    for (let i = 0; i < 14; i += 1) {
      if (i === 8) await sandbox.control.advanceClock(TEN_MINUTES + 1000);
      await accessToken(sandbox);
    }
    expect((await org(sandbox, `Zoho-oauthtoken ${first}`)).status).toBe(200);
    await accessToken(sandbox);
    expect((await org(sandbox, `Zoho-oauthtoken ${first}`)).status).toBe(401);
  });

  test('access tokens expire, and every answer says when', async () => {
    const sandbox = await sandboxFor({ tokenLifetimeS: 60 });
    const token = await accessToken(sandbox);
    const answer = await org(sandbox, `Zoho-oauthtoken ${token}`);
    expect(answer.headers['x-accesstoken-reset']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00$/);
    await sandbox.control.advanceClock(61_000);
    expect(await org(sandbox, `Zoho-oauthtoken ${token}`)).toMatchObject({
      status: 401,
      json: { code: 'INVALID_TOKEN' },
    });
  });

  test.each([
    { scheme: 'no token', code: 'AUTHENTICATION_FAILURE', authorization: () => '' },
    { scheme: 'Bearer', code: 'AUTHENTICATION_FAILURE', authorization: (token: string) => `Bearer ${token}` },
    { scheme: 'a made-up token', code: 'INVALID_TOKEN', authorization: () => 'Zoho-oauthtoken 1000.a.b' },
  ])('$scheme is 401 $code', async ({ code, authorization }) => {
    const sandbox = await sandboxFor();
    const answer = await org(sandbox, authorization(await accessToken(sandbox)));
    expect(answer).toMatchObject({ status: 401, json: { code, details: {}, status: 'error' } });
  });
});

describe('scopes', () => {
  test.each([
    { scope: 'ZohoCRM.modules.contacts.ALL', upsert: 'SUCCESS', coql: 'OAUTH_SCOPE_MISMATCH' },
    { scope: 'ZohoCRM.modules.ALL', upsert: 'SUCCESS', coql: 'OAUTH_SCOPE_MISMATCH' },
    { scope: 'ZohoCRM.modules.Contacts.CREATE', upsert: 'SUCCESS', coql: 'OAUTH_SCOPE_MISMATCH' },
    { scope: 'ZohoCRM.modules.contacts.READ', upsert: 'OAUTH_SCOPE_MISMATCH', coql: 'OAUTH_SCOPE_MISMATCH' },
    { scope: 'ZohoCRM.modules.leads.ALL', upsert: 'OAUTH_SCOPE_MISMATCH', coql: 'OAUTH_SCOPE_MISMATCH' },
    { scope: 'ZohoCRM.coql.READ', upsert: 'OAUTH_SCOPE_MISMATCH', coql: 'OAUTH_SCOPE_MISMATCH' },
  ])('$scope gives $upsert to an upsert and $coql to COQL', async ({ scope, upsert, coql }) => {
    const crm = await Crm.of(await sandboxFor({ scopes: [scope] }));
    expect((await crm.upsert([{ Last_Name: 'L' }])).text).toContain(`"code":"${upsert}"`);
    expect((await crm.coql("select id from Contacts where Last_Name = 'L'")).text).toContain(coql);
  });
});

describe('refresh tokens and codes', () => {
  test('revoking a refresh token also ends its access tokens', async () => {
    const sandbox = await sandboxFor();
    const token = await accessToken(sandbox);
    const url = `${sandbox.zoho.accountsUrl}/oauth/v2/token/revoke?token=${sandbox.zoho.refreshToken}`;
    expect(await call(url, { method: 'POST' })).toMatchObject({ status: 200, json: { status: 'success' } });
    expect(await org(sandbox, `Zoho-oauthtoken ${token}`)).toMatchObject({ status: 401 });
    expect(await askForToken(sandbox)).toMatchObject({ status: 200, json: { error: 'invalid_code' } });
  });

  test('the 21st refresh token silently ends the first', async () => {
    const sandbox = await sandboxFor();
    for (let i = 0; i < 19; i += 1) await sandbox.control.issueRefreshToken();
    expect(await askForToken(sandbox)).toMatchObject({ json: { token_type: 'Bearer' } });
    await sandbox.control.issueRefreshToken();
    expect(await askForToken(sandbox)).toMatchObject({ json: { error: 'invalid_code' } });
  });

  test('a code works once, within 3 minutes, and gives a refresh token with its scopes', async () => {
    const sandbox = await sandboxFor();
    const code = await sandbox.control.issueCode(['ZohoCRM.org.READ']);
    const answer = await redeem(sandbox, code);
    expect(answer).toMatchObject({ status: 200, json: { scope: 'ZohoCRM.org.READ' } });
    const { refresh_token } = z.object({ refresh_token: z.string() }).parse(answer.json);
    expect(await askForToken(sandbox, { refresh_token })).toMatchObject({
      json: { scope: 'ZohoCRM.org.READ' },
    });
    expect(await redeem(sandbox, code)).toMatchObject({ status: 200, json: { error: 'invalid_code' } });
    const late = await sandbox.control.issueCode();
    await sandbox.control.advanceClock(181_000);
    expect(await redeem(sandbox, late)).toMatchObject({ json: { error: 'invalid_code' } });
  });

  test('the consent page redirects with a code to the address it is bound to', async () => {
    const sandbox = await sandboxFor();
    const redirect_uri = 'http://127.0.0.1:9/callback';
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: sandbox.zoho.clientId,
      scope: 'ZohoCRM.modules.contacts.ALL,ZohoCRM.org.READ',
      redirect_uri,
      access_type: 'offline',
      prompt: 'consent',
      state: 's t',
    });
    const ask = (): Promise<Answer> => call(`${sandbox.zoho.accountsUrl}/oauth/v2/auth?${query.toString()}`);
    const first = await ask();
    expect(first.status).toBe(302);
    const location = new URL(String(first.headers['location']));
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      location: 'us',
      'accounts-server': sandbox.url,
      state: 's t',
    });
    const code = location.searchParams.get('code') ?? '';
    expect(await redeem(sandbox, code)).toMatchObject({ json: { error: 'invalid_redirect_uri' } });
    const again = new URL(String((await ask()).headers['location'])).searchParams.get('code') ?? '';
    expect(await redeem(sandbox, again, { redirect_uri })).toMatchObject({
      json: { scope: 'ZohoCRM.modules.contacts.ALL ZohoCRM.org.READ', refresh_token: expect.any(String) },
    });
    await sandbox.control.configure({ consent: 'deny' });
    expect(String((await ask()).headers['location'])).toContain('error=access_denied');
  });
});
