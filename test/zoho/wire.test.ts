import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openHttp } from '../../src/zoho/request.ts';

function newHttp() {
  const http = openHttp();
  onTestFinished(() => http.close());
  return http;
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

/** A server that answers the n-th request with the n-th text. Without a text it cuts the connection. */
function scripted(answers: readonly string[]): Server {
  let next = 0;
  return createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      const answer = answers[next++];
      if (answer === undefined) socket.destroy();
      else socket.write(answer);
    });
  });
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;

it('knows that nothing arrived if no server listens', async () => {
  const server = createServer();
  const url = await listening(server);
  server.close();
  await once(server, 'close');
  expect(await newHttp().send(get(url))).toMatchObject({ kind: 'network', mayHaveArrived: false });
});

it('knows that nothing arrived if a name does not exist', async () => {
  expect(await newHttp().send(get('http://no-such-host.invalid/'))).toMatchObject({
    kind: 'network',
    mayHaveArrived: false,
  });
});

it('knows that nothing arrived if TLS fails', async () => {
  const url = await listening(scripted([OK]));
  expect(await newHttp().send(get(url.replace('http:', 'https:')))).toMatchObject({
    kind: 'network',
    mayHaveArrived: false,
  });
});

it('does not know whether a request arrived when a kept connection is cut before any answer', async () => {
  const http = newHttp();
  const url = await listening(scripted([OK]));
  expect(await http.send(get(url))).toMatchObject({ kind: 'response', body: {} });
  expect(await http.send(get(url))).toMatchObject({ kind: 'network', mayHaveArrived: true });
});

it.each(['GET', 'PUT', 'POST'] as const)(
  'sends a %s only once, even if the connection fails',
  async (method) => {
    let requests = 0;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => {
        requests += 1;
        socket.destroy();
      });
    });
    const url = await listening(server);
    const result = await newHttp().send({
      method,
      url,
      headers: {},
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    expect(result).toMatchObject({ kind: 'network', mayHaveArrived: true });
    expect(requests).toBe(1);
  },
);

it('treats an answer that breaks off as cut', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"data":['));
  });
  expect(await newHttp().send(get(await listening(server)))).toMatchObject({
    kind: 'network',
    mayHaveArrived: true,
  });
});

it('treats an answer over 20 MB as cut', async () => {
  const server = createHttpServer((_request, response) => {
    const part = Buffer.alloc(1024 * 1024, ' ');
    const write = (left: number): void => {
      if (left === 0) response.end();
      else response.write(part, () => write(left - 1));
    };
    write(21);
  });
  expect(await newHttp().send(get(await listening(server)))).toMatchObject({
    kind: 'network',
    mayHaveArrived: true,
  });
});

it('gives up on a server that does not answer in time', async () => {
  const server = createServer((socket) => socket.on('error', () => {}));
  const result = await newHttp().send({ ...get(await listening(server)), timeoutMs: 50 });
  expect(result).toMatchObject({
    kind: 'network',
    mayHaveArrived: true,
    message: expect.stringContaining('within 0.05 s'),
  });
});

it('does not follow a redirect, which would carry credentials elsewhere', async () => {
  const url = await listening(
    scripted(['HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n']),
  );
  expect(await newHttp().send(get(url))).toMatchObject({ kind: 'response', status: 307 });
});

it('treats a body that is not JSON as missing', async () => {
  const url = await listening(scripted(['HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>']));
  expect(await newHttp().send(get(url))).toMatchObject({ kind: 'response', status: 502, body: undefined });
});
