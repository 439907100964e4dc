import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';

/** nginx reads an answer's head into one memory page (nginx, `proxy_buffer_size`: 4k or 8k). */
const MOST_BYTES = 4_096;

export interface HeaderLimitProxy {
  readonly url: string;
  /** How many answers were too long. */
  tooLong(): number;
  close(): Promise<void>;
}

/**
 * A reverse proxy like nginx by default: an answer whose status line and headers exceed 4 KiB becomes 502.
 */
export async function startHeaderLimitProxy(target: string): Promise<HeaderLimitProxy> {
  let tooLong = 0;
  const server = createServer((incoming, response) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const forward = request(new URL(url, target), { method, headers }, (answer) => {
      if (headBytes(answer) <= MOST_BYTES) return passOn(answer, response);
      tooLong += 1;
      answer.resume();
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>502 Bad Gateway</h1>');
    });
    forward.on('error', () => response.destroy());
    incoming.pipe(forward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    tooLong: () => tooLong,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function headBytes({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): number {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return Buffer.byteLength(`${lines.join('\r\n')}\r\n\r\n`);
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}
