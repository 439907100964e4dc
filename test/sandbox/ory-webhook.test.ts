import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { sendWebhook, webhookBody } from '../../src/sandbox/ory/ory-webhook.ts';
import { sandboxFor } from './calls.ts';

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A receiver that answers with these statuses in turn. 0 cuts the connection. */
async function receiver(statuses: readonly number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      const status = statuses[received.length - 1] ?? 200;
      if (status === 0) request.socket.destroy();
      else response.writeHead(status, status === 503 ? { 'retry-after': '0' } : {}).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address: AddressInfo | string | null = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, received };
}

describe('webhooks as Ory sends them', () => {
  test('the body is what go-jsonnet prints', () => {
    const body = webhookBody({
      updated_at: null,
      schema_url: 'not forwarded',
      traits: { n: 1.5, a: [], o: {}, list: [1, 'é"\u007f'] },
      id: 'x',
    });
    expect(body).toBe(`{
   "identity": {
      "id": "x",
      "traits": {
         "a": [ ],
         "list": [
            1,
            "é\\"\\u007f"
         ],
         "n": 1.5,
         "o": { }
      },
      "updated_at": null
   }
}
`);
  });

  test.each([
    [0.1, '0.10000000000000001'],
    [1e21, '1000000000000000000000'],
    [0.00001, '1.0000000000000001e-05'],
    [-2.5, '-2.5'],
  ])('the number %d is written %s', (given, written) => {
    expect(webhookBody({ id: given })).toContain(`"id": ${written}\n`);
  });

  test('has the secret and the headers of Kratos, but nothing that only admin reads show', async () => {
    const sandbox = await sandboxFor();
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'A@example.com' },
      metadata_admin: { x: 1 },
    });
    const { url, received } = await receiver([200]);
    const sent = await sendWebhook(url, 'secret', identity, {
      headers: { 'x-more': '1' },
    });
    expect(sent).toMatchObject({ status: 200, attempts: 1, body: '{}' });
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Go-http-client/1.1',
      'x-webhook-secret': 'secret',
      'ory-webhook-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'ory-webhook-trigger-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'content-length': String(Buffer.byteLength(received[0]?.body ?? '')),
      'x-more': '1',
    });
    expect(received[0]?.body).not.toContain('metadata_admin');
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
      identity: { verifiable_addresses: [{ value: 'a@example.com', status: 'sent', verified: false }] },
    });
  });

  test.each([
    { answers: [500, 0, 200], attempts: 3, status: 200 },
    { answers: [503, 429, 500, 200], attempts: 3, status: 500 },
    { answers: [400, 200], attempts: 1, status: 400 },
    { answers: [501, 200], attempts: 1, status: 501 },
    { answers: [302, 200], attempts: 1, status: 302 },
  ])('the answers $answers lead to $attempts attempts', async ({ answers, attempts, status }) => {
    const { url, received } = await receiver(answers);
    const options = { retry: true, backoffMs: [1, 1] } as const;
    expect(await sendWebhook(url, 's', { id: 'x' }, options)).toMatchObject({ attempts, status });
    expect(received).toHaveLength(attempts);
    expect(new Set(received.map(({ headers }) => headers['ory-webhook-trigger-id'])).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['ory-webhook-request-id'])).size).toBe(attempts);
  });
});
