import { NODE_WORLD } from '../../src/node-world.ts';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import type { OryAdminClient } from '../../src/ory/admin/admin-client.ts';

const KEY = 'ory_pat_0123456789';
const never = new AbortController().signal;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('a strong read', () => {
  test('asks for the ids in URLs that every proxy accepts, strongly consistent, with the key', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => uuid(index));
    const ory = await startOry(ids);
    const read = await connect(ory.url).readByIds(ids, never);

    expect(read).toEqual({
      kind: 'read',
      found: new Map(ids.map((id) => [id, identity(id)])),
      gone: new Set(),
    });
    expect(ory.requests.map(({ url }) => url.searchParams.getAll('ids').length)).toEqual([
      50, 50, 50, 50, 50,
    ]);
    for (const { url, authorization } of ory.requests) {
      expect(url.href.length).toBeLessThan(4_000);
      expect(url.searchParams.get('page_size')).toBe('500');
      expect(url.searchParams.get('consistency')).toBe('strong');
      expect(authorization).toBe(`Bearer ${KEY}`);
    }
  });

  test('leaves out keys that only the admin API has', async () => {
    const ory = await start((_request, response) =>
      json(response, 200, [{ ...identity(uuid(1)), metadata_admin: { note: 1 }, credentials: {} }]),
    );
    const read = await connect(ory.url).readByIds([uuid(1)], never);
    expect(read.found.get(uuid(1))).toEqual(identity(uuid(1)));
  });

  test('counts an id as gone only after a 404 for this id', async () => {
    const ory = await startOry([uuid(1), uuid(2)], { hiddenFromLists: uuid(2) });
    const read = await connect(ory.url).readByIds([uuid(1), uuid(2), uuid(3)], never);

    expect(read.kind).toBe('read');
    expect([...read.found.keys()]).toEqual([uuid(1), uuid(2)]);
    expect([...read.gone]).toEqual([uuid(3)]);
    expect(ory.requests.map(({ url }) => url.pathname)).toEqual([
      '/admin/identities',
      `/admin/identities/${uuid(2)}`,
      `/admin/identities/${uuid(3)}`,
    ]);
  });

  test('ignores identities that it did not ask for (a Kratos too old for `ids`)', async () => {
    const all = [uuid(1), uuid(2), uuid(3)];
    const ory = await start((_request, response) => json(response, 200, all.map(identity)));
    const read = await connect(ory.url).readByIds([uuid(2)], never);
    expect([...read.found.keys()]).toEqual([uuid(2)]);
  });

  test('asks once for an id that is given twice, and makes no request without ids', async () => {
    const ory = await startOry([uuid(1)]);
    const client = connect(ory.url);
    await client.readByIds([uuid(1), uuid(1)], never);
    await client.readByIds([], never);
    expect(ory.requests.map(({ url }) => url.searchParams.getAll('ids'))).toEqual([[uuid(1)]]);
  });

  test.each(['', '/', '/ory', '/ory/', '/ory?x=1'])(
    'works with an admin URL that ends with "%s"',
    async (path) => {
      const ory = await startOry([uuid(1)]);
      const read = await connect(`${ory.url}${path}`).readByIds([uuid(1)], never);
      expect(read.kind).toBe('read');
      expect(ory.requests[0]?.url.pathname).toBe(`${path.startsWith('/ory') ? '/ory' : ''}/admin/identities`);
    },
  );

  test('sends no Authorization without a key', async () => {
    const ory = await startOry([uuid(1)]);
    const client = createOryAdminClient({ adminUrl: ory.url });
    cleanups.push(() => client.close());
    await client.readByIds([uuid(1)], never);
    expect(ory.requests[0]?.authorization).toBeUndefined();
  });
});

describe('a read that fails says why', () => {
  test.each([
    ['429', 429, { 'x-ratelimit-reset': '7' }, '', { reason: 'rate_limit', waitMs: 7_000 }],
    ['429 with a date', 429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:10 GMT' }, '', { waitMs: 9_000 }],
    ['503 of a gateway', 503, { 'retry-after': '2' }, '<html>', { reason: 'unavailable', waitMs: 2_000 }],
    [
      '500',
      500,
      {},
      errorBody(500),
      { reason: 'unavailable', message: expect.stringContaining('about 500') },
    ],
    ['401', 401, {}, errorBody(401), { reason: 'unauthorized' }],
    ['403 of a gateway', 403, {}, 'error code: 1020', { reason: 'unauthorized' }],
    ['404 of another API', 404, {}, errorBody(404), { reason: 'unexpected' }],
    ['400', 400, {}, errorBody(400), { reason: 'unexpected', message: expect.stringContaining('about 400') }],
    ['200 that is HTML', 200, {}, '<html>', { reason: 'unexpected' }],
    ['200 that is not a list', 200, {}, '{"identities":[]}', { reason: 'unexpected' }],
    ['200 without a body', 200, {}, '', { reason: 'unexpected' }],
  ])('%s', async (_name, status, headers, body, expected) => {
    const ory = await start((_request, response) => response.writeHead(status, headers).end(body));
    const read = await connect(ory.url, 1_000).readByIds([uuid(1)], never);
    expect(read).toMatchObject({ kind: 'failed', ...expected, found: new Map(), gone: new Set() });
  });

  test('a 404 from a proxy does not count as gone', async () => {
    const ory = await start(({ url }, response) =>
      url?.includes('?') === true
        ? json(response, 200, [])
        : response.writeHead(404).end('<html>not found</html>'),
    );
    const read = await connect(ory.url).readByIds([uuid(1)], never);
    expect(read).toMatchObject({ kind: 'failed', reason: 'unexpected', gone: new Set() });
  });

  test('a rate limit halfway keeps the identities that were read before it', async () => {
    let singles = 0;
    const ory = await start(({ url }, response) => {
      if (url?.includes('?') === true) return json(response, 200, [identity(uuid(1))]);
      singles += 1;
      return singles === 1 ? json(response, 404, errorBody(404)) : response.writeHead(429).end();
    });
    const read = await connect(ory.url).readByIds([uuid(1), uuid(2), uuid(3)], never);
    expect(read).toMatchObject({ kind: 'failed', reason: 'rate_limit' });
    expect([...read.found.keys()]).toEqual([uuid(1)]);
    expect([...read.gone]).toEqual([uuid(2)]);
    expect(read).not.toHaveProperty('waitMs');
  });

  test('a redirect is not followed, so the key is not sent elsewhere', async () => {
    const elsewhere = await startOry([uuid(1)]);
    const ory = await start((_request, response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    const read = await connect(ory.url).readByIds([uuid(1)], never);
    expect(read).toMatchObject({
      reason: 'unexpected',
      message: expect.stringContaining('use the admin one'),
    });
    expect(elsewhere.requests).toEqual([]);
  });

  test('a connection that is cut before or during the answer', async () => {
    for (const begun of ['', '[{"id":']) {
      const ory = await start((_request, response) => {
        if (begun === '') response.destroy();
        else response.writeHead(200).write(begun, () => response.destroy());
      });
      expect(await connect(ory.url).readByIds([uuid(1)], never)).toMatchObject({ reason: 'network' });
    }
  });

  test('a refused connection', async () => {
    const ory = await startOry([]);
    await ory.close();
    expect(await connect(ory.url).readByIds([uuid(1)], never)).toMatchObject({
      reason: 'network',
      message: expect.stringContaining(ory.url),
    });
  });

  test('an answer without end', async () => {
    const mebibyte = Buffer.alloc(1024 * 1024, ' ');
    const ory = await start((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(mebibyte));
      };
      response.on('drain', more);
      more();
    });
    expect(await connect(ory.url).readByIds([uuid(1)], never)).toMatchObject({
      reason: 'unexpected',
      message: expect.stringContaining('MiB'),
    });
  });

  test('never with the key, even if the answer repeats it', async () => {
    const ory = await start(({ headers }, response) =>
      json(response, 401, { error: { code: 401, message: `bad header ${headers.authorization}` } }),
    );
    const read = await connect(ory.url).readByIds([uuid(1)], never);
    expect(read).toMatchObject({ message: expect.stringContaining('bad header Bearer ***') });
    expect(JSON.stringify(read)).not.toContain(KEY);
  });
});

test('a caller that aborts a read gets its own reason', async () => {
  const controller = new AbortController();
  const reason = new Error('stopping');
  const ory = await start(() => controller.abort(reason));
  await expect(connect(ory.url).readByIds([uuid(1)], controller.signal)).rejects.toBe(reason);
});

test.each(['', 'slug.projects.oryapis.com', 'ftp://x', 'sqlite:x'])(
  '"%s" is not an admin URL',
  (adminUrl) => {
    expect(() => createOryAdminClient({ adminUrl })).toThrow(ConfigurationError);
  },
);

function connect(adminUrl: string, now = 0): OryAdminClient {
  const client = createOryAdminClient({ adminUrl, apiKey: KEY, world: { ...NODE_WORLD, now: () => now } });
  cleanups.push(() => client.close());
  return client;
}

function uuid(index: number): string {
  return `a82f5694-0b84-48e4-b5f9-${String(index).padStart(12, '0')}`;
}

function identity(id: string) {
  return { id, schema_id: 'preset://email', state: 'active', traits: { email: `${id}@example.org` } };
}

function errorBody(code: number): string {
  return JSON.stringify({ error: { code, status: 'x', message: `about ${code}` } });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

/** A server for one test, with any answers. */
async function start(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const requests: { url: URL; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://ory.test');
    requests.push({ url, authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  cleanups.push(close);
  return { url: `http://127.0.0.1:${address.port}`, requests, close };
}

/** Ory's two reads over these identities, as in the API reference. One identity may be missing from lists. */
function startOry(ids: readonly string[], { hiddenFromLists = '' } = {}) {
  return start((request, response) => {
    const url = new URL(request.url ?? '', 'http://ory.test');
    const single = /\/admin\/identities\/(.+)$/.exec(url.pathname)?.[1];
    if (single === undefined) {
      const asked = url.searchParams.getAll('ids');
      return json(
        response,
        200,
        ids.filter((id) => asked.includes(id) && id !== hiddenFromLists).map(identity),
      );
    }
    return ids.includes(single) ? json(response, 200, identity(single)) : json(response, 404, errorBody(404));
  });
}
