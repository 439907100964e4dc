import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

/**
 * How long an idle connection stays open after retirement has begun. A client may have sent a request before
 * it could know, and that request is still answered.
 */
const IDLE_FOR_MS = 500;
/**
 * How long a connection without a first request stays open, after the server has stopped taking new
 * connections.
 */
const UNUSED_FOR_MS = 2_000;
const ACCEPT_WITHIN_MS = 500;
const LOOK_EVERY_MS = 50;

/** Answers the requests of a server, and ends its connections so that no request is cut off (rule 32). */
export class Retirement {
  readonly #server: Server;
  /** Requests that wait until the last connection is accepted. */
  #held: (() => void)[] | undefined;
  readonly #idle = new Set<Socket>();
  #connections = 0;
  #closesIdle: NodeJS.Timeout | undefined;

  /** Must be created before the first connection comes. */
  constructor(server: Server, answer: RequestListener) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#connections += 1;
      socket.once('close', () => this.#idle.delete(socket));
    });
    server.on('request', (request, response) => {
      const { socket } = request;
      this.#idle.delete(socket);
      if (this.#closesIdle !== undefined) response.setHeader('connection', 'close');
      response.once('close', () => {
        if (!socket.destroyed) this.#idle.add(socket);
      });
      if (this.#held === undefined) answer(request, response);
      else this.#held.push(() => answer(request, response));
    });
  }

  /**
   * New connections are still taken. From now on each answer is the last of its connection, and idle
   * connections close a moment later.
   */
  begin(): void {
    this.#closesIdle ??= setTimeout(() => {
      this.#closesIdle = setInterval(() => {
        for (const socket of this.#idle) socket.destroySoon();
      }, LOOK_EVERY_MS);
    }, IDLE_FOR_MS);
  }

  /** Takes no new connections. Resolves when the open ones have ended. */
  async end(): Promise<void> {
    this.begin();
    await this.#acceptAll();
    const closed = new Promise<void>((resolve) => this.#server.once('close', resolve));
    // http's own `close` would also close connections that have not sent their request yet.
    NetServer.prototype.close.call(this.#server);
    this.#answerHeld();
    const unused = setTimeout(() => this.#server.closeIdleConnections(), UNUSED_FOR_MS);
    await closed;
    clearTimeout(unused);
    clearInterval(this.#closesIdle);
  }

  /**
   * One turn of the event loop accepts one connection, and the system resets connections that are not
   * accepted when listening ends. Meanwhile answers wait, because a client that gets its answer may connect
   * again.
   */
  async #acceptAll(): Promise<void> {
    const giveUpAt = performance.now() + ACCEPT_WITHIN_MS;
    this.#held ??= [];
    let before = -1;
    while (this.#connections > before && performance.now() < giveUpAt) {
      before = this.#connections;
      await turnOfTheEventLoop();
      await turnOfTheEventLoop();
    }
  }

  #answerHeld(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
  }
}
