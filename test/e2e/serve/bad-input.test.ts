import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { SECRET, eventually, startServe } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';

let sandbox: Sandbox;
let serve: ServeProcess;

beforeAll(async () => {
  sandbox = await startSandbox();
  serve = await startServe(sandbox, { variables: { ORY_WEBHOOK_SECRET_PREVIOUS: 'the-one-before' } });
});
afterAll(async () => {
  await serve.kill();
  await sandbox.close();
});

type Headers = Record<string, string>;

async function post(body: string | Buffer | undefined, headers: Headers = {}, path = '/zoho/sync-contact') {
  const answer = await request(`${serve.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-webhook-secret': SECRET, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, code: text === '' ? '' : codeIn(text), text };
}

function codeIn(text: string): unknown {
  const parsed: { error?: { code?: string } } = JSON.parse(text);
  return parsed.error?.code;
}

const ID = '5b1f2a70-3b1c-4d0e-9a57-1f0e6a7c0001';

describe('a body that is not a valid webhook', () => {
  const cases: [string, string | undefined, number, string][] = [
    ['invalid JSON', '{"identity":', 400, 'invalid_json'],
    ['nothing at all', undefined, 400, 'empty_body'],
    ['an array', '[]', 400, 'invalid_body'],
    ['null', 'null', 400, 'invalid_body'],
    ['a number', '5', 400, 'invalid_body'],
    ['no identity', '{"event":"settings"}', 400, 'missing_identity'],
    ['an identity that is text', '{"identity":"x"}', 400, 'missing_identity'],
    ['no id', '{"identity":{"traits":{}}}', 400, 'invalid_identity_id'],
    ['an id that is not a UUID', '{"identity":{"id":"1; DROP TABLE outbox"}}', 400, 'invalid_identity_id'],
    ['an id that is a number', '{"identity":{"id":5}}', 400, 'invalid_identity_id'],
  ];
  it.each(cases)('%s is refused with a reason', async (_what, body, status, code) => {
    expect(await post(body)).toMatchObject({ status, code });
  });

  // An id of no identity: the webhook is answered and not stored.
  const whole = Buffer.from('{"identity":{"id":"00000000-0000-0000-0000-000000000000","traits":{}}}');
  const packings: [string, (body: Buffer) => Buffer][] = [
    ['gzip', (body) => gzipSync(body)],
    ['deflate', (body) => deflateSync(body)],
    ['br', (body) => brotliCompressSync(body)],
    ['zstd', (body) => zstdCompressSync(body)],
  ];
  const broken = packings.flatMap(([encoding, pack]): [string, string, Buffer][] => [
    [encoding, 'not packed at all', whole],
    [encoding, 'cut off', pack(whole).subarray(0, -6)],
    [
      encoding,
      'overwritten in its middle',
      Buffer.concat([pack(whole).subarray(0, 6), Buffer.alloc(40, 0xff)]),
    ],
  ]);
  it.each(broken)('%s, but %s: 400, without a line of our own errors', async (encoding, _what, body) => {
    const before = serve.log.length;
    const answer = await post(body, { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 400, code: 'invalid_encoding' });
    expect(serve.log.slice(before).filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it.each(packings)('valid %s is unpacked', async (encoding, pack) => {
    expect(await post(pack(whole), { 'content-encoding': encoding })).toMatchObject({ status: 200 });
  });

  it('the nil UUID of a hook before saving is answered 200 and not stored', async () => {
    const body = '{"identity":{"id":"00000000-0000-0000-0000-000000000000","traits":{"email":"a@b.co"}}}';
    expect(await post(body)).toMatchObject({ status: 200, text: '{}' });
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);
    expect(serve.log.some((line) => line['code'] === 'pre_persist')).toBe(true);
  });

  it('of more than 1 MiB is refused, plain or packed', async () => {
    const large = JSON.stringify({ identity: { id: ID, traits: { bio: 'x'.repeat(2 * 1024 * 1024) } } });
    expect(await post(large)).toMatchObject({ status: 413, code: 'too_large' });
    const { gzipSync } = await import('node:zlib');
    expect(await post(gzipSync(large), { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=utf-16', 400],
    ['application/json; charset=latin1', 415],
  ])('content type %s is refused', async (type, status) => {
    expect((await post('{}', { 'content-type': type })).status).toBe(status);
  });
});

describe('the secret', () => {
  const body = '{"identity":';
  const cases: [string, Headers, number][] = [
    ['wrong', { 'x-webhook-secret': 'no' }, 401],
    ['empty', { 'x-webhook-secret': '' }, 401],
    ['as long as the header limit lets it be', { 'x-webhook-secret': 'x'.repeat(12_000) }, 401],
    ['almost right', { 'x-webhook-secret': `${SECRET}x` }, 401],
    ['right', {}, 400],
    ['right, as a bearer token', { 'x-webhook-secret': '', authorization: `Bearer ${SECRET}` }, 401],
  ];
  it.each(cases)('%s is checked before the body is read', async (_what, headers, status) => {
    expect((await post(body, headers)).status).toBe(status);
  });

  it('is accepted as a bearer token too, and so is the previous one during a rotation', async () => {
    const send = (headers: Headers) =>
      request(`${serve.url}/zoho/sync-contact`, { method: 'POST', headers, body: '[]' });
    expect((await send({ authorization: `Bearer ${SECRET}` })).statusCode).toBe(400);
    expect((await send({ 'x-webhook-secret': 'the-one-before' })).statusCode).toBe(400);
    expect((await send({})).statusCode).toBe(401);
  });

  it('is checked before a large body is read', async () => {
    const socket = connect(Number(new URL(serve.url).port), '127.0.0.1');
    socket.write('POST /zoho/sync-contact HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n');
    const head = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.destroy();
    expect(head).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('routes', () => {
  it.each([
    ['GET', '/zoho/sync-contact', 405],
    ['PUT', '/zoho-crm/sync-user', 405],
    ['POST', '/zoho/sync-contact/more', 404],
    ['GET', '/', 404],
    ['GET', '/health', 200],
    ['GET', '/health/alive', 200],
    ['GET', '/health/ready', 200],
    ['POST', '/health', 405],
    ['GET', '/metrics', 200],
  ] as const)('%s %s is answered %i', async (method, path, status) => {
    const answer = await request(`${serve.url}${path}`, { method });
    expect(answer.statusCode).toBe(status);
    if (status === 405) expect(answer.headers['allow']).toBeTruthy();
    await answer.body.dump();
  });

  it('the route of the old recipe works, and the metrics count its answer', async () => {
    const identity = await sandbox.control.createIdentity({
      traits: { email: 'old@example.org', name: { last: 'Old' } },
    });
    expect(await post(JSON.stringify({ ctx: { identity } }), {}, '/zoho-crm/sync-user')).toMatchObject({
      status: 200,
    });
    const metrics = await (await request(`${serve.url}/metrics`)).body.text();
    expect(metrics).toMatch(/ory_zoho_webhooks_total\{status="200"\} [1-9]/);
  });
});

describe('odd identities are taken in and judged at delivery', () => {
  const taken: [string, object, string][] = [
    ['traits of 200 kB', { email: 'big@example.org', name: 'Big', bio: 'x'.repeat(200_000) }, 'created'],
    ['emoji', { email: 'emoji@example.org', name: '👩‍👩‍👧 Family' }, 'created'],
    ['a right-to-left name', { email: 'rtl@example.org', name: 'محمد علي' }, 'created'],
    ['NUL and a lone surrogate', { email: 'nul@example.org', name: 'A\u0000nn \ud800' }, 'created'],
    ['traits of the wrong type', { email: 5, name: 5 }, 'skipped no_email'],
    [
      'a list where an email should be, its first text no email',
      { email: ['x'] },
      'failed zoho_invalid_data',
    ],
    ['__proto__ as a trait', JSON.parse('{"email":"proto@example.org","__proto__":{"name":"x"}}'), 'created'],
    ['no email', { username: 'ann' }, 'skipped no_email'],
    ['no name', { email: 'nameless@example.org' }, 'created'],
  ];
  it.each(taken)('%s', async (_what, traits, outcome) => {
    const id = randomUUID();
    const now = new Date().toISOString();
    const body = JSON.stringify({ identity: { id, traits, created_at: now, updated_at: now } });
    expect(await post(body)).toMatchObject({ status: 200 });
    await eventually(() => serve.outcomes(id).length === 1);
    expect(serve.outcomes(id)).toEqual([outcome]);
  });
});
