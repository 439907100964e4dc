import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createOryAdminClient } from '../../src/ory/admin/admin-client.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

test.each([[undefined], ['v1.3.1'], ['v25.4.0'], ['v26.2.0']])(
  'the schemas are read, also where Ory Kratos redirects to its public address: %s',
  async (oryVersion) => {
    const sandbox = await startSandbox(oryVersion === undefined ? {} : { oryVersion });
    onTestFinished(() => sandbox.close());
    const client = createOryAdminClient(sandbox.ory);
    onTestFinished(() => client.close());
    expect(await client.schemas(AbortSignal.timeout(10_000))).toMatchObject({
      kind: 'schemas',
      complete: true,
      schemas: expect.arrayContaining([expect.objectContaining({ id: 'preset://basic' })]),
    });
  },
);

test('the key goes to the admin address only, not to the one that it redirects to', async () => {
  const seen: (string | undefined)[] = [];
  const server = async (answer: (response: ServerResponse) => void): Promise<string> => {
    const started = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      answer(response);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void started.close());
    await once(started, 'listening');
    return `http://127.0.0.1:${z.object({ port: z.number() }).parse(started.address()).port}`;
  };
  const elsewhere = await server((response) => response.end('[]'));
  const admin = await server((response) => response.writeHead(307, { location: elsewhere }).end());
  const client = createOryAdminClient({ adminUrl: admin, apiKey: 'ory_pat_1' });
  onTestFinished(() => client.close());
  expect(await client.schemas(AbortSignal.timeout(10_000))).toMatchObject({ schemas: [] });
  expect(seen).toEqual(['Bearer ory_pat_1', undefined]);
});
