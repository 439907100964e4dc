import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** A wire to a server on this machine that can go dead: connected on both sides, but nothing passes. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #dead = false;
  #lastWords: string | undefined;
  #spoken: () => void = () => {};

  constructor(server: Server, port: number, targetPort: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (client) => this.#join(client, targetPort));
  }

  /** Existing connections pass nothing any more. @param forNew nor do new ones */
  goDead({ forNew = false } = {}): void {
    this.#dead = forNew;
    for (const pair of this.#pairs) silence(pair);
  }

  /** From now on new connections work. */
  revive(): void {
    this.#dead = false;
  }

  /**
   * The connection on which a client sends this text passes it on, and goes dead before the answer. Resolves
   * then.
   */
  goDeadAfter(words: string): Promise<void> {
    this.#lastWords = words;
    return new Promise((resolve) => (this.#spoken = resolve));
  }

  close(): void {
    this.#server.close();
    for (const socket of [...this.#pairs].flat()) socket.destroy();
  }

  #join(client: Socket, targetPort: number): void {
    const target = connect(targetPort, '127.0.0.1');
    const pair = [client, target] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [target, client] as const]) {
      from.on('error', () => {});
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      from.on('data', (chunk: Buffer) => {
        if (from === client && this.#isLast(chunk)) {
          target.write(chunk);
          silence(pair);
          this.#spoken();
        } else if (!to.write(chunk)) {
          from.pause();
          to.once('drain', () => from.resume());
        }
      });
    }
    if (this.#dead) silence(pair);
  }

  #isLast(chunk: Buffer): boolean {
    if (this.#lastWords === undefined || !chunk.includes(this.#lastWords)) return false;
    this.#lastWords = undefined;
    return true;
  }
}

/** Neither side learns that the other is gone. */
function silence(pair: readonly [Socket, Socket]): void {
  for (const socket of pair) {
    socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('drain').pause();
  }
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new TcpProxy(server, address.port, targetPort);
}
