import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Answer } from './calls.ts';
import { call, sandboxFor } from './calls.ts';

const identitySchema = z.looseObject({
  id: z.string(),
  traits: z.looseObject({ email: z.string().optional() }),
  updated_at: z.string(),
  verifiable_addresses: z
    .array(
      z.looseObject({ value: z.string(), verified: z.boolean(), status: z.string(), updated_at: z.string() }),
    )
    .optional(),
});
type OryIdentityJson = z.infer<typeof identitySchema>;

function ory(
  { ory: { adminUrl, apiKey } }: Sandbox,
  path: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' = 'GET',
  json?: unknown,
): Promise<Answer> {
  return call(`${adminUrl}/admin/identities${path}`, {
    method,
    json,
    headers: { authorization: `Bearer ${apiKey}` },
  });
}

function identitiesIn({ json }: Answer): readonly OryIdentityJson[] {
  return z.array(identitySchema).parse(json);
}

function nextOf({ headers }: Answer): string | undefined {
  const [, next] = /<\/admin\/identities([^>]+)>; rel="next"$/.exec(String(headers['link'])) ?? [];
  return next;
}

const ann = {
  schema_id: 'preset://basic',
  traits: { email: 'Ann@Example.com', name: { first: 'Ann', last: 'Lee' } },
};

async function created(sandbox: Sandbox, body: unknown = ann): Promise<OryIdentityJson> {
  return identitySchema.parse((await ory(sandbox, '', 'POST', body)).json);
}

describe('listing identities', () => {
  test('returns 250 per page by default, with ascending ids, links in the form of Kratos, and no `next` at the end', async () => {
    const sandbox = await sandboxFor({ identities: 300 });
    const first = await ory(sandbox, '');
    const nil = '00000000-0000-0000-0000-000000000000';
    const last = identitiesIn(first).at(-1)?.id;
    expect(identitiesIn(first)).toHaveLength(250);
    expect(first.headers['link']).toBe(
      `</admin/identities?page_size=250&page_token=${nil}>; rel="first",</admin/identities?page_size=250&page_token=${last}>; rel="next"`,
    );
    const second = await ory(sandbox, nextOf(first) ?? '');
    expect(identitiesIn(second)).toHaveLength(50);
    expect(nextOf(second)).toBeUndefined();
    const ids = [...identitiesIn(first), ...identitiesIn(second)].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  test('created, changed and deleted identities appear in order among the generated ones', async () => {
    const sandbox = await sandboxFor({ identities: 5 });
    const [, second, third] = identitiesIn(await ory(sandbox, ''));
    await ory(sandbox, `/${second?.id}`, 'DELETE');
    const patch = [{ op: 'replace', path: '/traits/name/last', value: 'Changed' }];
    await ory(sandbox, `/${third?.id}`, 'PATCH', patch);
    const { id } = await created(sandbox);
    const now = identitiesIn(await ory(sandbox, '?consistency=strong'));
    expect(now.map((identity) => identity.id)).toEqual(now.map((identity) => identity.id).sort());
    expect(now.map((identity) => identity.id)).toContain(id);
    expect(now.find((identity) => identity.id === third?.id)?.traits).toMatchObject({
      name: { last: 'Changed' },
    });
    expect(now).toHaveLength(5);
    expect((await ory(sandbox, `/${second?.id}`)).status).toBe(404);
  });

  test.each([
    { query: '?page_size=9999', size: 500 },
    { query: '?page_size=0', size: 250 },
    { query: '?per_page=3', size: 3 },
  ])('$query gives $size', async ({ query, size }) => {
    expect(identitiesIn(await ory(await sandboxFor({ identities: 600 }), query))).toHaveLength(size);
  });

  test('a filter by ids ignores missing and repeated ones, and returns at most one page', async () => {
    const sandbox = await sandboxFor({ identities: 300 });
    const ids = identitiesIn(await ory(sandbox, '?page_size=500')).map(({ id }) => id);
    const query = ids.map((id) => `ids=${id}`).join('&');
    expect(identitiesIn(await ory(sandbox, `?${query}`))).toHaveLength(250);
    expect(identitiesIn(await ory(sandbox, `?${query}&page_size=500&consistency=strong`))).toHaveLength(300);
    const some = `?ids=${ids[3]}&ids=${ids[3]}&ids=aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa&ids=${ids[1]}`;
    expect(identitiesIn(await ory(sandbox, some)).map(({ id }) => id)).toEqual([ids[1], ids[3]]);
  });

  test('Link repeats the whole query: ids in their order, identifiers, and `next` if there are more', async () => {
    const sandbox = await sandboxFor({ identities: 3 });
    const [first, second] = identitiesIn(await ory(sandbox, '')).map(({ id }) => id);
    const nil = '00000000-0000-0000-0000-000000000000';
    const cut = await ory(sandbox, `?page_size=1&ids=${second}&ids=${first}`);
    const link = (token: string | undefined, rel: string) =>
      `</admin/identities?ids=${second}&ids=${first}&page_size=1&page_token=${token}>; rel="${rel}"`;
    expect(cut.headers['link']).toBe(`${link(nil, 'first')},${link(first, 'next')}`);
    const rest = await ory(sandbox, nextOf(cut) ?? '');
    expect(identitiesIn(rest).map(({ id }) => id)).toEqual([second]);
    expect(rest.headers['link']).toBe(link(nil, 'first'));

    const nobody = await ory(sandbox, '?credentials_identifier=none@example.org&consistency=strong');
    expect(nobody.headers['link']).toBe(
      `</admin/identities?consistency=strong&credentials_identifier=none%40example.org&page_size=250&page_token=${nil}>; rel="first"`,
    );
  });

  test.each([
    { query: '?page_size=ten', reason: 'invalid syntax' },
    { query: '?page_token=mine', reason: 'The page token is invalid, do not craft your own page tokens' },
    { query: '?ids=x', reason: 'Invalid UUID' },
    { query: '?ids=x&credentials_identifier=y', reason: 'You cannot combine multiple filters in this API' },
    {
      query: '?page=5&per_page=250',
      reason: 'Legacy pagination is not supported for enumerating over 1000 items',
    },
    { query: `?${'ids=aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa&'.repeat(501)}`, reason: 'must not exceed 500' },
  ])('$query is 400: $reason', async ({ query, reason }) => {
    const answer = await ory(await sandboxFor(), query);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 400, status: 'Bad Request' } } });
    expect(answer.text).toContain(reason);
  });

  test('credentials_identifier is trimmed and lower-cased, for generated identities too', async () => {
    const sandbox = await sandboxFor({ identities: 10 });
    const { id } = await created(sandbox);
    expect(identitiesIn(await ory(sandbox, '?credentials_identifier=%20ANN@example.COM'))).toMatchObject([
      { id, credentials: { password: { identifiers: ['ann@example.com'] } } },
    ]);
    const [, , generated] = identitiesIn(await ory(sandbox, ''));
    const email = encodeURIComponent(generated?.traits.email ?? '');
    const found = identitiesIn(await ory(sandbox, `?credentials_identifier=${email.toUpperCase()}`));
    expect(found.map((identity) => identity.id)).toEqual([generated?.id]);
    expect(identitiesIn(await ory(sandbox, '?credentials_identifier=nobody@example.com'))).toEqual([]);
  });
});

describe('one identity', () => {
  test('has its email as typed in the traits, and lower-cased in the addresses', async () => {
    const sandbox = await sandboxFor();
    const { id } = await created(sandbox, { ...ann, metadata_admin: { secret: 1 } });
    const { json } = await ory(sandbox, `/${id}`);
    expect(json).toMatchObject({
      traits: { email: 'Ann@Example.com' },
      state: 'active',
      verifiable_addresses: [{ value: 'ann@example.com', verified: false, via: 'email', status: 'pending' }],
      recovery_addresses: [{ value: 'ann@example.com', via: 'email' }],
      metadata_public: null,
      metadata_admin: { secret: 1 },
      organization_id: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$/),
      credentials: { password: { identifiers: ['ann@example.com'] } },
    });
    expect(await sandbox.control.identity(id)).not.toHaveProperty('metadata_admin');
  });

  test('a change moves updated_at, and a new email starts unverified; verification does not move it', async () => {
    const sandbox = await sandboxFor();
    const { id } = await sandbox.control.createIdentity({ traits: ann.traits, verified: true });
    const before = identitySchema.parse((await ory(sandbox, `/${id}`)).json);
    const patch = [{ op: 'replace', path: '/traits/email', value: 'New@example.com' }];
    const after = identitySchema.parse((await ory(sandbox, `/${before.id}`, 'PATCH', patch)).json);
    expect(after.updated_at > before.updated_at).toBe(true);
    expect(after.verifiable_addresses).toMatchObject([{ value: 'new@example.com', verified: false }]);
    await sandbox.control.verifyIdentity(before.id);
    const verified = identitySchema.parse((await ory(sandbox, `/${before.id}`)).json);
    expect(verified.updated_at).toBe(after.updated_at);
    expect(verified.verifiable_addresses).toMatchObject([
      { verified: true, status: 'completed', updated_at: after.verifiable_addresses?.[0]?.updated_at },
    ]);
  });

  test('can be deactivated by JSON Patch, replaced by PUT, found by external id, and deleted', async () => {
    const sandbox = await sandboxFor();
    const { id } = await created(sandbox, { ...ann, external_id: 'ext-1', metadata_public: { a: 1 } });
    const patch = [{ op: 'replace', path: '/state', value: 'inactive' }];
    expect(await ory(sandbox, `/${id}`, 'PATCH', patch)).toMatchObject({
      status: 200,
      json: { state: 'inactive' },
    });
    expect(await ory(sandbox, '/by/external/ext-1')).toMatchObject({ status: 200, json: { id } });
    const put = await ory(sandbox, `/${id}`, 'PUT', { ...ann, state: 'active' });
    expect(put).toMatchObject({ status: 200, json: { state: 'active', metadata_public: null } });
    expect(await ory(sandbox, `/${id}`, 'DELETE')).toMatchObject({ status: 204, text: '' });
    expect(await ory(sandbox, `/${id}`)).toMatchObject({
      status: 404,
      json: { error: { code: 404, status: 'Not Found', message: 'Unable to locate the resource' } },
    });
    expect((await ory(sandbox, `/${id}`, 'DELETE')).status).toBe(404);
  });

  test.each([
    { patch: [{ op: 'replace', path: '/id', value: 'x' }] },
    { patch: [{ op: 'replace', path: '/credentials', value: {} }] },
    { patch: [{ op: 'replace', path: '/traits/nowhere/else', value: 1 }] },
    { patch: [{ op: 'replace', path: '/state', value: 'asleep' }] },
    { patch: { op: 'replace' } },
  ])('the patch $patch is 400', async ({ patch }) => {
    const sandbox = await sandboxFor();
    const { id } = await created(sandbox);
    expect((await ory(sandbox, `/${id}`, 'PATCH', patch)).status).toBe(400);
  });

  test('an email that is taken is 409, an unknown key 400', async () => {
    const sandbox = await sandboxFor();
    await created(sandbox);
    const same = { ...ann, traits: { email: 'ANN@example.com' } };
    expect(await ory(sandbox, '', 'POST', same)).toMatchObject({
      status: 409,
      json: { error: { code: 409 } },
    });
    expect((await ory(sandbox, '', 'POST', { ...ann, surprise: 1 })).status).toBe(400);
  });

  test('a batch creates many identities, each with its own outcome', async () => {
    const sandbox = await sandboxFor();
    const identities = ['a@example.com', 'a@example.com', 'b@example.com'].map((email) => ({
      create: { traits: { email } },
      patch_id: email,
    }));
    expect(await ory(sandbox, '', 'PATCH', { identities })).toMatchObject({
      status: 200,
      json: {
        identities: [{ action: 'create' }, { action: 'error', error: { code: 409 } }, { action: 'create' }],
      },
    });
    expect(identitiesIn(await ory(sandbox, ''))).toHaveLength(2);
  });
});

describe('access and rates', () => {
  test('without the API key, the answer is 401', async () => {
    const {
      ory: { adminUrl },
    } = await sandboxFor();
    expect(await call(`${adminUrl}/admin/identities`)).toMatchObject({
      status: 401,
      json: { error: { code: 401, status: 'Unauthorized' } },
    });
  });

  test('over the limit, the answer is 429; each bucket counts separately, and every answer has the rest', async () => {
    const sandbox = await sandboxFor({ oryRateLimit: { rps: 2, rpm: 3 } });
    await sandbox.control.advanceClock(0);
    const first = await ory(sandbox, '');
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit': '2, 2;w=1, 3;w=60',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': '1',
    });
    await sandbox.control.advanceClock(1_000);
    await ory(sandbox, '');
    await ory(sandbox, '');
    const limited = await ory(sandbox, '');
    expect(limited).toMatchObject({ status: 429, json: { error: { code: 429 } } });
    expect(Number(limited.headers['x-ratelimit-reset'])).toBeGreaterThan(50);
    expect((await ory(sandbox, '/aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa')).status).toBe(404);
    await sandbox.control.advanceClock(60_000);
    expect((await ory(sandbox, '')).status).toBe(200);
  });
});
