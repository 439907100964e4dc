import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectionTo, runCommand } from '../processes/command.ts';
import { SECRET, eventually, newFolder } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';
import { aSandbox, aServe } from '../processes/setup.ts';

const HEADERS = { 'content-type': 'application/json', 'x-webhook-secret': SECRET };

const post = (serve: ServeProcess, body: string | Uint8Array, headers = {}, query = '') =>
  fetch(`${serve.url}/zoho/sync-contact${query}`, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body,
  });

/** Sends raw bytes. @returns all that came until serve closed the connection */
async function raw(serve: ServeProcess, text: string): Promise<string> {
  const socket = connect(Number(new URL(serve.url).port), '127.0.0.1');
  let came = '';
  socket.on('data', (data) => (came += data.toString()));
  socket.write(text);
  await once(socket, 'close');
  return came;
}

const memory = (serve: ServeProcess) =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${serve.process.pid}/status`, 'utf8'))?.[1]) * 1_024;

function anIdentity(traits: object) {
  const now = new Date().toISOString();
  return { id: randomUUID(), traits, created_at: now, updated_at: now };
}

async function delivered(serve: ServeProcess, identity: ReturnType<typeof anIdentity>): Promise<string[]> {
  expect((await post(serve, JSON.stringify({ identity }))).status).toBe(200);
  return eventually(() => {
    const outcomes = serve.outcomes(identity.id);
    return outcomes.length > 0 && outcomes;
  });
}

describe('a decompression bomb', () => {
  const UNPACKED = 512 * 1024 * 1024;
  const zeros = Buffer.alloc(UNPACKED);

  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros, { params: { 1: 1 } })],
  ])('of 512 MiB in %s is refused without being unpacked', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const serve = await aServe(await aSandbox());
    const before = memory(serve);
    const answer = await post(serve, bomb, { 'content-encoding': encoding });
    expect(answer.status).toBe(413);
    expect(memory(serve) - before).toBeLessThan(UNPACKED / 4);
    expect((await fetch(`${serve.url}/health/ready`)).status).toBe(200);
  });

  it('within another is not unpacked at all', async () => {
    const serve = await aServe(await aSandbox());
    const answer = await post(serve, gzipSync(gzipSync('{}')), { 'content-encoding': 'gzip, gzip' });
    expect(answer.status).toBe(415);
  });
});

describe('headers', () => {
  const head = `POST /zoho/sync-contact HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;

  it.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a bare line feed', 'X-A: b\nX-Webhook-Secret: x\r\nContent-Length: 2\r\n\r\n{}'],
    ['more than 16 KiB', `X-A: ${'a'.repeat(20_000)}\r\nContent-Length: 2\r\n\r\n{}`],
  ])('with %s are refused, because proxies may read them differently', async (_what, rest) => {
    const serve = await aServe(await aSandbox());
    expect(await raw(serve, `${head}X-Webhook-Secret: ${SECRET}\r\n${rest}`)).toMatch(
      /^HTTP\/1\.1 4(00|31) /,
    );
  });

  it('with the secret twice, once wrong, are refused', async () => {
    const serve = await aServe(await aSandbox());
    const twice = `X-Webhook-Secret: ${SECRET}\r\nX-Webhook-Secret: other\r\nContent-Length: 2\r\n\r\n{}`;
    expect(await raw(serve, head + twice)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('cannot be added by what Ory sends: a trait with line breaks is just text to Zoho', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const name = 'Ann\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1';
    const outcomes = await delivered(serve, anIdentity({ email: 'ann@example.org', name: { last: name } }));
    expect(outcomes).toEqual(['created']);
    const [contact] = await sandbox.control.contacts();
    expect(contact?.fields['Last_Name']).toEqual(expect.stringContaining('X-Evil'));
  });

  it('cannot be added by settings: a key with a line break is an error that does not show the key', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const key = 'ory_pat_of_the_tests\r\nX-Evil: 1';
    const variables = { ...connectionTo(sandbox, folder), ORY_PROJECT_API_KEY: key };
    const result = await runCommand(['doctor'], { folder, variables });
    expect(result.code).toBe(1);
    expect(result.stdout + result.stderr).not.toContain('ory_pat_of_the_tests');
    expect(result.stdout + result.stderr).not.toMatch(/\n\s+at /);
  });
});

describe('prototype pollution', () => {
  const EVIL = '{"isAdmin":true,"toString":"x"}';

  it('by traits, metadata, the body or the query changes no other identity, and nothing in serve', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    const traits: object = JSON.parse(
      `{"email":"eve@example.org","name":"Eve","__proto__":${EVIL},"constructor":{"prototype":${EVIL}}}`,
    );
    expect(await delivered(serve, anIdentity(traits))).toEqual(['created']);
    const hidden = `{"__proto__":{"identity":${JSON.stringify(anIdentity({ email: 'x@example.org' }))}}}`;
    expect((await post(serve, hidden)).status).toBe(400);
    const identity = anIdentity({ email: 'bob@example.org', name: 'Bob' });
    const query = '?event=__proto__&__proto__[event]=x&constructor.prototype.event=x';
    expect((await post(serve, JSON.stringify({ identity }), {}, query)).status).toBe(200);
    await eventually(() => serve.outcomes(identity.id).length === 1);
    const contacts = await sandbox.control.contacts();
    expect(contacts.map(({ fields }) => fields['Email'])).toEqual(['eve@example.org', 'bob@example.org']);
    expect(JSON.stringify(contacts)).not.toContain('isAdmin');
    expect((await fetch(`${serve.url}/health`)).status).toBe(200);
  });
});

describe('the metrics', () => {
  it('with METRICS_TOKEN require that token; the webhook secret does not work', async () => {
    const serve = await aServe(await aSandbox(), { variables: { METRICS_TOKEN: 'a-token-for-metrics' } });
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${serve.url}/metrics`, { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${SECRET}` })).toBe(401);
    expect(await statusWith({ 'x-webhook-secret': 'a-token-for-metrics' })).toBe(401);
    expect(await statusWith({ authorization: 'Bearer a-token-for-metrics' })).toBe(200);
    expect((await post(serve, '[]', { 'x-webhook-secret': 'a-token-for-metrics' })).status).toBe(401);
  });
});

describe('an answer', () => {
  it.each([
    ['/zoho/sync-contact', '{"identity":'],
    ['/zoho/sync-contact', '{"identity":{"id":"<script>alert(1)</script>"}}'],
    ['/<script>alert(1)</script>', '{}'],
    ['/zoho/sync-contact/%c0', '{}'],
  ])('to %s with %s has a code and a sentence, and echoes nothing', async (path, body) => {
    const serve = await aServe(await aSandbox());
    const answer = await fetch(`${serve.url}${path}`, { method: 'POST', headers: HEADERS, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    const text = await answer.text();
    expect(Object.keys(JSON.parse(text).error)).toEqual(['code', 'message']);
    expect(text).not.toMatch(/script|\n\s+at |node_modules/);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });
});

describe('files', () => {
  it('of the store are readable by their owner only, whatever the umask', async () => {
    const sandbox = await aSandbox();
    const folder = newFolder();
    const serve = await aServe(sandbox, {
      folder,
      variables: { DATABASE_URL: `sqlite:${join(folder, 'new', 'store.db')}` },
      through: ['sh', '-c', 'umask 000; exec "$@"', 'sh'],
    });
    await delivered(serve, anIdentity({ email: 'ann@example.org' }));
    const files = readdirSync(join(folder, 'new'));
    expect(files).toEqual(expect.arrayContaining(['store.db', 'store.db-wal']));
    for (const file of files) expect([file, modeOf(join(folder, 'new', file))]).toEqual([file, 0o600]);
    expect(modeOf(join(folder, 'new'))).toBe(0o700);
  });

  it('of the store hold no token or secret in clear text, and no traits of delivered identities', async () => {
    const sandbox = await aSandbox();
    const serve = await aServe(sandbox);
    await delivered(serve, anIdentity({ email: 'ann.private@example.org', name: 'Ann Private' }));
    expect(await serve.stop()).toBe(0);
    const bytes = storeBytes(serve);
    for (const secret of [SECRET, sandbox.zoho.clientSecret, sandbox.zoho.refreshToken])
      expect(bytes).not.toContain(secret);
    expect(bytes).not.toMatch(/1000\.[0-9a-f]{32}\.[0-9a-f]{32}/);
    expect(serve.rows('SELECT * FROM outbox')).toEqual([]);
    expect(JSON.stringify(serve.rows('SELECT * FROM ledger'))).not.toContain('rivate');
  });
});

const modeOf = (path: string) => statSync(path).mode & 0o777;

const storeBytes = (serve: ServeProcess) =>
  readdirSync(serve.folder)
    .filter((file) => file.startsWith('store.db'))
    .map((file) => readFileSync(join(serve.folder, file), 'latin1'))
    .join('');
