import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { SECRET, startServe } from '../processes/serve-process.ts';
import type { ServeProcess } from '../processes/serve-process.ts';

let sandbox: Sandbox;
let serve: ServeProcess;

beforeAll(async () => {
  sandbox = await startSandbox();
  serve = await startServe(sandbox);
});
afterAll(async () => {
  await serve.kill();
  await sandbox.close();
});

const HEAD = `POST /zoho/sync-contact HTTP/1.1\r\nHost: x\r\nX-Webhook-Secret: ${SECRET}\r\n`;
const DRIP_EVERY_MS = 1_000;

/** Opens a connection, sends this, then a byte a second of `drip`. @returns what came until serve cut it */
function untilCut(first: string, drip = ''): Promise<string> {
  const socket = connect(Number(new URL(serve.url).port), '127.0.0.1');
  socket.write(first);
  const drops = drip[Symbol.iterator]();
  const timer = setInterval(() => {
    const { value } = drops.next();
    if (value !== undefined) socket.write(value);
  }, DRIP_EVERY_MS);
  let came = '';
  socket.on('data', (data) => (came += data.toString()));
  // The cut may hit our own write. That is not a further error.
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(timer);
      resolve(came);
    });
  });
}

/** Far beyond any limit. A connection that is not cut makes the test time out. */
const ENDLESS = 'x'.repeat(10_000);

describe.concurrent('a connection that holds a place', () => {
  test('silent from the start: cut', async () => {
    expect(await untilCut('')).not.toContain('200 OK');
  });

  test('with a head that comes byte by byte: cut', async () => {
    expect(await untilCut('POST /zoho/sync-contact HTTP/1.1\r\nX-Drip: ', ENDLESS)).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  test('with a body that comes byte by byte: cut', async () => {
    const came = await untilCut(`${HEAD}Content-Length: ${ENDLESS.length}\r\n\r\n`, ENDLESS);
    expect(came).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  test('idle after its answer: cut, later than Ory would close it', async () => {
    const came = await untilCut('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(came).toContain('HTTP/1.1 200 OK');
    expect(came).toContain('Keep-Alive: timeout=95');
  });
});
