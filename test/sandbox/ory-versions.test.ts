import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Answer } from './calls.ts';
import { call, sandboxFor } from './calls.ts';

const ANN = { traits: { email: 'ann@example.org' } };
const idSchema = z.object({ id: z.string() });

function ory(
  { ory: { adminUrl, apiKey } }: Sandbox,
  path: string,
  method: 'GET' | 'POST' | 'PATCH' = 'GET',
  json?: unknown,
): Promise<Answer> {
  return call(`${adminUrl}${path}`, { method, json, headers: { authorization: `Bearer ${apiKey}` } });
}

/** What differs between the versions, seen from outside. */
async function seen(sandbox: Sandbox) {
  const { id, ...before } = await sandbox.control.createIdentity(ANN);
  const patch = [{ op: 'replace', path: '/traits/email', value: 'new@example.org' }];
  const patched = await ory(sandbox, `/admin/identities/${id}`, 'PATCH', patch);
  const after = await sandbox.control.identity(id);
  const two = [{ create: { traits: { email: 'a@example.org' } } }, { create: { traits: { email: 'a' } } }];
  const batch = await ory(sandbox, '/admin/identities', 'PATCH', { identities: two });
  const external = { traits: { email: 'b@example.org' }, external_id: 'ext-1' };
  const withoutKey = await call(`${sandbox.ory.adminUrl}/admin/identities`);
  const schemas = await ory(sandbox, '/schemas');
  return {
    moves: after?.['updated_at'] !== before['updated_at'],
    version: (await ory(sandbox, '/admin/version')).json,
    health: (await ory(sandbox, '/health/ready')).status,
    alive: (await ory(sandbox, '/admin/health/alive')).status,
    slash: (await ory(sandbox, '/admin/identities/')).status,
    schemas: [schemas.status, String(schemas.headers['location']).replace(sandbox.url, '')],
    batch: batch.status,
    external: (await ory(sandbox, '/admin/identities', 'POST', external)).status,
    withoutKey: withoutKey.status,
    cached: patched.headers['cache-control'] === undefined,
  };
}

const KRATOS = { moves: true, alive: 200, batch: 200, external: 201, withoutKey: 200 };
const RECENT = { ...KRATOS, health: 200, slash: 404, schemas: [307, '/public/schemas'], cached: true };
const V25_4 = { ...KRATOS, health: 307, slash: 200, schemas: [307, '/admin/schemas'], cached: false };
const V1_3 = { ...V25_4, moves: false, external: 400 };

test.each([
  ['v1.0.0', { ...V1_3, batch: 400 }],
  ['v1.2.0', { ...V1_3, batch: 400 }],
  ['v1.3.1', V1_3],
  ['v25.4.0', V25_4],
  ['v26.2.0', RECENT],
  ['master', RECENT],
])('Kratos %s', async (oryVersion, expected) => {
  expect(await seen(await sandboxFor({ oryVersion }))).toEqual({
    ...expected,
    version: { version: oryVersion },
  });
});

test('Ory Network needs a key, serves its schemas at the same address, and tells no version', async () => {
  expect(await seen(await sandboxFor())).toMatchObject({
    ...KRATOS,
    version: undefined,
    health: 404,
    alive: 404,
    slash: 404,
    schemas: [200, 'undefined'],
    withoutKey: 401,
  });
});

test('a self-hosted Kratos leads to its schemas at its public address', async () => {
  for (const [oryVersion, redirects] of [
    ['v25.4.0', 2],
    ['v26.2.0', 1],
  ] as const) {
    const sandbox = await sandboxFor({ oryVersion });
    let answer = await ory(sandbox, '/schemas?page_size=250');
    for (let n = 0; n < redirects; n += 1) {
      expect(answer.status).toBe(307);
      const to = z.string().parse(answer.headers['location']);
      answer = await call(new URL(to, sandbox.url).href);
    }
    expect(answer).toMatchObject({ status: 200 });
    expect(z.array(idSchema).parse(answer.json)[0]).toEqual({ id: 'preset://basic' });
  }
});

test('Kratos 1.0 has pages by offset, newest ids first, and no filter by ids', async () => {
  const sandbox = await sandboxFor({ oryVersion: 'v1.0.0', identities: 5 });
  const ids: string[] = [];
  let path: string | undefined = '/admin/identities?page_size=2&consistency=strong';
  while (path !== undefined) {
    const answer: Answer = await ory(sandbox, path);
    expect(answer.headers['x-total-count']).toBe('5');
    ids.push(
      ...z
        .array(idSchema)
        .parse(answer.json)
        .map(({ id }) => id),
    );
    const [, next] = /<[^>]*\/identities\?([^>]*)>; rel="next"/.exec(String(answer.headers['link'])) ?? [];
    path = next === undefined ? undefined : `/admin/identities?${next}`;
  }
  expect(ids).toHaveLength(5);
  expect(ids).toEqual(ids.toSorted().toReversed());
  const filtered = await ory(sandbox, `/admin/identities?ids=${ids[0]}`);
  expect(z.array(idSchema).parse(filtered.json)).toHaveLength(5);
  const again = await ory(sandbox, '/admin/identities?page_size=2&page_token=mine');
  expect(z.array(idSchema).parse(again.json)[0]?.id, 'an unknown token is the start').toBe(ids[0]);
});

test('in Kratos 1.0 to 1.2 one wrong identity refuses the whole batch, and nothing of it is kept', async () => {
  const sandbox = await sandboxFor({ oryVersion: 'v1.2.0' });
  const identities = ['a@example.org', 'a@example.org'].map((email) => ({ create: { traits: { email } } }));
  const answer = await ory(sandbox, '/admin/identities', 'PATCH', { identities });
  expect(answer).toMatchObject({ status: 409, json: { error: { code: 409 } } });
  expect((await ory(sandbox, '/admin/identities')).json).toEqual([]);
});

test('HEAD answers as GET does, without the body', async () => {
  const { ory } = await sandboxFor({ oryVersion: 'v26.2.0' });
  const answer = await fetch(`${ory.adminUrl}/admin/identities`, { method: 'HEAD' });
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(answer.headers.get('link')).toContain('rel="first"');
});
