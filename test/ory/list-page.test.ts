import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import type { OryAdminClient } from '../../src/ory/admin/admin-client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';

const never = new AbortController().signal;

test('the pages have all identities once, in ascending order', async () => {
  const ory = await sandboxOry({ identities: 1_234 });
  const sizes: number[] = [];
  const ids: string[] = [];
  for (let token: string | undefined, more = true; more; ) {
    const page = await pageOf(ory, token);
    sizes.push(page.identities.length);
    ids.push(...page.identities.map(({ id }) => id));
    [token, more] = [page.next, page.next !== undefined];
  }
  expect(sizes).toEqual([500, 500, 234]);
  expect(new Set(ids).size).toBe(1_234);
  expect(ids).toEqual([...ids].sort());
});

test('a project without identities has one empty page', async () => {
  const ory = await sandboxOry();
  expect(await ory.page(undefined, never)).toMatchObject({ kind: 'page', identities: [], next: undefined });
});

test('an unknown page token is distinguished from other failures', async () => {
  const ory = await sandboxOry({ identities: 3 });
  expect(await ory.page('made up', never)).toMatchObject({ kind: 'bad_token' });
});

test('a scan waits before it has used up the limit', async () => {
  const ory = await sandboxOry({ identities: 3, oryRateLimit: { rps: 3, rpm: 1_000 } });
  expect((await pageOf(ory)).restMs).toBe(0);
  expect((await pageOf(ory)).restMs).toBe(1_000);
});

test('asks for the largest page, strongly consistent', async () => {
  const { ory, urls } = await answering({});
  await pageOf(ory, 'abc');
  const query = urls[0]?.searchParams;
  expect(Object.fromEntries(query ?? [])).toEqual({
    page_size: '500',
    consistency: 'strong',
    page_token: 'abc',
  });
});

test.each([
  ['</admin/identities?page_token=0>; rel="first",</admin/identities?page_token=b%3D%3D>; rel="next"', 'b=='],
  ['<https://ory.example/admin/identities?page_size=250&page_token=b>; rel="next"', 'b'],
  ['</admin/identities?page_token=0>; rel="first"', undefined],
  [undefined, undefined],
])('the Link header %s leads to %s', async (link, next) => {
  const { ory } = await answering({ ...(link !== undefined && { link }) });
  expect((await pageOf(ory, 'a')).next).toBe(next);
});

test.each([
  ['by number, as an old Kratos does', '</identities?page=2>; rel="next"'],
  ['to the same page again', '</admin/identities?page_token=a>; rel="next"'],
])('a Link header that leads %s is refused', async (_how, link) => {
  const { ory } = await answering({ link });
  expect(await ory.page('a', never)).toMatchObject({ kind: 'failed', reason: 'unexpected' });
});

async function pageOf(ory: OryAdminClient, token?: string) {
  const page = await ory.page(token, never);
  if (page.kind !== 'page') throw new Error(page.message);
  return page;
}

async function sandboxOry(options: SandboxOptions = {}): Promise<OryAdminClient> {
  const sandbox = await startSandbox(options);
  const ory = createOryAdminClient({ adminUrl: sandbox.ory.adminUrl, apiKey: sandbox.ory.apiKey });
  onTestFinished(async () => {
    await ory.close();
    await sandbox.close();
  });
  return ory;
}

/** An Ory that answers every request with an empty list and these headers. */
async function answering(headers: Record<string, string>) {
  const urls: URL[] = [];
  const server = createServer((request, response) => {
    urls.push(new URL(request.url ?? '', 'http://ory'));
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end('[]');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ory = createOryAdminClient({ adminUrl: `http://127.0.0.1:${port}` });
  onTestFinished(async () => {
    await ory.close();
    server.close();
  });
  return { ory, urls };
}
