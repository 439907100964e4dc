/**
 * The load generator, in its own process. It sends sign-ups over a number of kept-alive connections and
 * measures each one. A connection sends the next request as soon as the last one is answered. It speaks HTTP
 * itself: a client library uses about as much CPU per request as Express, so it would measure itself.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { loadSchema } from './load-message.ts';
import type { Load, Loaded } from './load-message.ts';
import { signUpBody } from './sign-ups.ts';

async function run(load: Load): Promise<Loaded> {
  const requests = Array.from({ length: load.requests }, (_, index) => requestOf(load, load.first + index));
  const sockets = await Promise.all(Array.from({ length: load.connections }, () => open(load.port)));
  const latencies: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
        const sentAt = performance.now();
        const status = await exchange(socket, request);
        latencies.push(performance.now() - sentAt);
        if (status !== 200) refused += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { seconds, latencies, refused };
}

function requestOf({ path, port, secret }: Load, n: number): Buffer {
  const body = signUpBody(n);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nuser-agent: Go-http-client/1.1\r\n` +
      `content-type: application/json\r\nx-webhook-secret: ${secret}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Sends one request and reads its answer to the end. @returns the status */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (head === -1 || text.length < head + 4 + length) return;
      socket.off('data', read).off('close', closed);
      resolve(Number(text.slice(9, 12)));
    };
    const closed = () => reject(new Error('the connection was closed before the answer'));
    socket.on('data', read).once('close', closed);
    socket.write(request);
  });
}

process.on('message', (message) => {
  void run(loadSchema.parse(message)).then((loaded) => process.send?.(loaded));
});
process.once('disconnect', () => process.exit());
