import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** The ports of the loopback interface to which a test's proxy leads, whatever host is asked for. */
export interface LeadsTo {
  /** For tunnels. */
  readonly secure: number;
  /** For requests that it makes itself. */
  readonly plain: number;
}

/** An HTTP proxy on loopback that records each request as `CONNECT host:port` or `GET http://host:port`. */
export class HttpProxy {
  readonly asked: string[] = [];
  /** The value of Proxy-Authorization of each. */
  readonly credentials: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #tunnels = new Set<Duplex>();

  constructor({ secure, plain }: LeadsTo) {
    this.#server = createServer((incoming, outgoing) => {
      const { method, url = '', headers } = incoming;
      const { origin, pathname, search } = new URL(url);
      this.#note(`${method} ${origin}`, headers['proxy-authorization']);
      const { 'proxy-authorization': _ours, ...others } = headers;
      const options = { host: '127.0.0.1', port: plain, path: pathname + search, method, headers: others };
      const onward = request(options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    this.#server.on('connect', ({ url, headers }, socket: Duplex) => {
      this.#note(`CONNECT ${url}`, headers['proxy-authorization']);
      const onward = connect(secure, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.once('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
      for (const end of [socket, onward]) {
        this.#tunnels.add(end);
        end.on('error', () => {});
      }
    });
  }

  /** @returns its port */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  }

  close(): void {
    for (const end of this.#tunnels) end.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #note(what: string, credentials: string | undefined): void {
    this.asked.push(what);
    this.credentials.push(credentials);
  }
}
