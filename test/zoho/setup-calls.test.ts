import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { exchangeCode } from '../../src/zoho/token/exchange-code.ts';
import type { CodeGrant } from '../../src/zoho/token/exchange-code.ts';
import { openHttp } from '../../src/zoho/request.ts';
import { clientOf, connected, newSandbox, newTokenCaches, people, upsertOf } from './connected.ts';

const LABEL = { label: 'Ory Identity ID', length: 64 };

async function exchange({ zoho }: Sandbox, change: Partial<CodeGrant> & { readonly code: string }) {
  const http = openHttp();
  try {
    const { accountsUrl, clientId, clientSecret } = zoho;
    return await exchangeCode(http, { accountsUrl, clientId, clientSecret, ...change });
  } finally {
    await http.close();
  }
}

describe('the unique text field', () => {
  it('is created and appears in the field list', async () => {
    const { zoho } = await connected();
    expect(await zoho.createUniqueText('Contacts', LABEL)).toEqual({ kind: 'created' });
    const list = await zoho.fields('Contacts');
    const field = list.kind === 'fields' ? list.fields.get('Ory_Identity_ID') : undefined;
    expect(field).toMatchObject({ dataType: 'text', length: 64, unique: true, writable: true });
  });

  it('is not created twice, and not as a third unique field', async () => {
    const taken = await connected({ fields: [{ apiName: 'Ory_Identity_ID' }] });
    expect(await taken.zoho.createUniqueText('Contacts', LABEL)).toMatchObject({
      kind: 'not_created',
      code: 'DUPLICATE_DATA',
    });
    const unique = { caseSensitive: false };
    const full = await connected({
      fields: [
        { apiName: 'A', unique },
        { apiName: 'B', unique },
      ],
    });
    expect(await full.zoho.createUniqueText('Contacts', LABEL)).toMatchObject({
      kind: 'not_created',
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('needs its own scope', async () => {
    const scopes = ['ZohoCRM.modules.ALL', 'ZohoCRM.settings.fields.READ'];
    const { zoho } = await connected({ scopes });
    expect(await zoho.createUniqueText('Contacts', LABEL)).toEqual({ kind: 'no_scope' });
  });
});

describe('the connected user', () => {
  it('is known with organization, edition and profile', async () => {
    const { zoho } = await connected({ edition: 'professional' });
    expect(await zoho.org()).toMatchObject({ org: { name: 'Sandbox Ltd', edition: 'professional' } });
    expect(await zoho.currentUser()).toMatchObject({
      user: { name: 'Sandbox User', profile: 'Administrator' },
    });
  });

  it('stays unknown without the scopes', async () => {
    const { zoho } = await connected({ scopes: ['ZohoCRM.modules.ALL'] });
    expect(await zoho.org()).toEqual({ kind: 'no_scope' });
    expect(await zoho.currentUser()).toEqual({ kind: 'no_scope' });
  });
});

describe('records', () => {
  it('are deleted by id, with an answer for each', async () => {
    const { zoho, control } = await connected();
    const written = await zoho.upsert(upsertOf(people(2)));
    const items = written.kind === 'answered' ? written.items : [];
    const ids = items.flatMap((item) => (item.kind === 'done' ? [item.contactId] : []));
    const answer = await zoho.delete({ module: 'Contacts', ids: [...ids, '7328395000000999999'] });
    expect(answer).toMatchObject({ items: [{ kind: 'done' }, { kind: 'done' }, { kind: 'error' }] });
    expect(await control.contacts()).toEqual([]);
    const [request] = await control.requests('delete');
    expect(request?.path).toContain('wf_trigger=false');
  });
});

describe('a one-time code', () => {
  it('gives a refresh token once, and its secrets are in no URL', async () => {
    const sandbox = await newSandbox();
    const code = await sandbox.control.issueCode(['ZohoCRM.org.READ']);
    const answer = await exchange(sandbox, { code });
    expect(answer).toMatchObject({ kind: 'tokens', scopes: ['ZohoCRM.org.READ'], apiDomain: sandbox.url });
    expect(await exchange(sandbox, { code })).toEqual({ kind: 'refused', code: 'invalid_code' });
    const paths = (await sandbox.control.requests('token')).map(({ path }) => path);
    expect(paths).toEqual(['/oauth/v2/token', '/oauth/v2/token']);
  });

  it('expires after some minutes', async () => {
    const sandbox = await newSandbox();
    const code = await sandbox.control.issueCode();
    await sandbox.control.advanceClock(10 * 60_000);
    expect(await exchange(sandbox, { code })).toEqual({ kind: 'refused', code: 'invalid_code' });
  });

  it('is refused for another client or a wrong secret', async () => {
    const sandbox = await newSandbox();
    const code = await sandbox.control.issueCode();
    expect(await exchange(sandbox, { code, clientId: '1000.X' })).toMatchObject({ code: 'invalid_client' });
    expect(await exchange(sandbox, { code, clientSecret: 'x' })).toMatchObject({
      code: 'invalid_client_secret',
    });
  });

  it('gives the 20th refresh token besides the others, and the 21st revokes the oldest', async () => {
    const sandbox = await newSandbox();
    const [cache] = await newTokenCaches(1);
    if (cache === undefined) throw new Error('no token cache');
    const { zoho } = clientOf(sandbox, cache);
    for (let count = 1; count < 19; count += 1) await sandbox.control.issueRefreshToken();
    const codes = [await sandbox.control.issueCode(), await sandbox.control.issueCode()];
    expect(await exchange(sandbox, { code: codes[0] ?? '' })).toMatchObject({ kind: 'tokens' });
    expect(await zoho.org()).toMatchObject({ kind: 'org' });
    expect(await exchange(sandbox, { code: codes[1] ?? '' })).toMatchObject({ kind: 'tokens' });
    expect(await zoho.org()).toMatchObject({ kind: 'not_done', pause: 'token_dead' });
  });
});
