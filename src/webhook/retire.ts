import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

/**
 * How long an idle connection stays open after the end has begun: a request that was sent before the client could know
 * is still answered.
 */
const IDLE_FOR_MS = 500;
/** The same of a connection that has not sent its first request yet, counted from when no more are taken. */
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

  /** To be made before the first connection comes. */
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

  /** New connections are taken still. Each answer from now on is its connection's last; idle ones close a moment later. */
  begin(): void {
    this.#closesIdle ??= setTimeout(() => {
      this.#closesIdle = setInterval(() => {
        for (const socket of this.#idle) socket.destroySoon();
      }, LOOK_EVERY_MS);
    }, IDLE_FOR_MS);
  }

  /** Takes no new connections, and resolves once those there are have ended. */
  async end(): Promise<void> {
    this.begin();
    await this.#acceptAll();
    const closed = new Promise<void>((resolve) => this.#server.once('close', resolve));
    // That of http would close what is connected and has not sent its request yet.
    NetServer.prototype.close.call(this.#server);
    this.#answerHeld();
    const unused = setTimeout(() => this.#server.closeIdleConnections(), UNUSED_FOR_MS);
    await closed;
    clearTimeout(unused);
    clearInterval(this.#closesIdle);
  }

  /**
   * A turn of the event loop accepts one connection, and the system resets those that are not accepted when the listening
   * ends. Answers wait meanwhile: who gets one may come again.
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
