import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { OryZohoError, messageOf } from '../errors.ts';
import { Retirement } from './retire.ts';

/**
 * Ory keeps idle connections for 90 s (Go's default transport). We close them later, so that Ory never writes
 * to a connection that is closing.
 */
const KEEP_ALIVE_MS = 95_000;
const HEADERS_WITHIN_MS = 10_000;
const REQUEST_WITHIN_MS = 30_000;
/** How often Node checks these two limits. */
const LOOKED_AT_EVERY_MS = 5_000;
const CONNECTIONS_AT_MOST = 2_000;

export interface Listening {
  readonly port: number;
  /** From now on each answer is the last of its connection, and idle connections close a moment later. */
  retire(): void;
  /** Takes no new connections, answers the requests under way, then ends. */
  close(): Promise<void>;
}

/**
 * Errors that pass by themselves: the previous serve still has the port, the network is not up yet, or a name
 * is not known yet.
 */
const PASSING = ['EADDRINUSE', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'];

function cannotListen(port: number, error: NodeJS.ErrnoException): OryZohoError {
  const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
  return new OryZohoError('listen', `Cannot listen on port ${port}: ${messageOf(error)}.`, {
    hint: taken
      ? 'Stop the program that uses the port, or choose another port with --port.'
      : 'Give an address of this machine with --host. Without --host and HOST, serve listens on all of them.',
    exitCode: PASSING.includes(error.code ?? '') ? 1 : 2,
    cause: error,
  });
}

/**
 * @throws OryZohoError if the address cannot be listened on. The exit code is 2 if it does not help to try
 * again later
 */
export async function listen(app: Express, port: number, host: string | undefined): Promise<Listening> {
  const server = createServer({
    headersTimeout: HEADERS_WITHIN_MS,
    requestTimeout: REQUEST_WITHIN_MS,
    connectionsCheckingInterval: LOOKED_AT_EVERY_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.maxConnections = CONNECTIONS_AT_MOST;
  const retirement = new Retirement(server, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(port, error)));
    // This many connections may arrive at once. A client that the system turns away tries again after 1 s, 3
    // s and 7 s.
    server.listen({ port, host, backlog: CONNECTIONS_AT_MOST }, resolve);
  });
  return { port: portOf(server), retire: () => retirement.begin(), close: () => retirement.end() };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
