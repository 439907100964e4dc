import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { ConfigurationError, messageOf } from '../../../errors.ts';
import { readCallback } from '../../../zoho/token/oauth-callback.ts';
import type { OAuthCallback } from '../../../zoho/token/oauth-callback.ts';
import { resultPage } from './result-page.ts';
import type { ResultPage } from './result-page.ts';

const PATH = '/callback';

/** The page has no script and loads nothing. The code in its address reaches no other page and no cache. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/** The first callback that answers our request. */
export interface CallbackAnswered {
  readonly callback: Exclude<OAuthCallback, { kind: 'wrong_state' }>;
  /** Shows the user the result. */
  show(page: ResultPage): Promise<void>;
}

export interface CallbackServer {
  readonly answered: Promise<CallbackAnswered>;
  close(): Promise<void>;
}

/** Zoho's console refuses 127.0.0.1 but accepts `localhost`, which browsers resolve to 127.0.0.1. */
export function redirectUriOf(port: number): string {
  return `http://localhost:${port}${PATH}`;
}

/**
 * Waits on 127.0.0.1 for the browser to come back from Zoho. Requests with another state are refused and the
 * wait continues, because any web page could send them.
 * @param onStray called for each such request
 * @throws ConfigurationError if the port is taken
 */
export async function listenForCallback(
  port: number,
  sent: { readonly state: string; readonly accountsUrl: string },
  onStray: () => void,
): Promise<CallbackServer> {
  const { promise: answered, resolve } = Promise.withResolvers<CallbackAnswered>();
  let taken = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== PATH || request.method !== 'GET') return plain(response, request);
    const callback = readCallback(url.searchParams, sent);
    if (callback.kind === 'wrong_state') {
      onStray();
      return void show(response, 400, STRAY);
    }
    if (taken) return void show(response, 409, TWICE);
    taken = true;
    resolve({ callback, show: (page) => show(response, page.good ? 200 : 400, page) });
  });
  await listen(server, port);
  return { answered, close: () => close(server) };
}

const STRAY: ResultPage = {
  good: false,
  title: 'This page belongs to another attempt',
  text: 'Use the address that the terminal shows.',
};

const TWICE: ResultPage = {
  good: false,
  title: 'Already answered',
  text: 'This attempt to connect was already answered. The terminal shows the result.',
};

async function show(response: ServerResponse, status: number, page: ResultPage): Promise<void> {
  response.writeHead(status, HEADERS).end(resultPage(page));
  // A browser that has gone away misses nothing, because the terminal says the same.
  await finished(response).catch(() => undefined);
}

function plain(response: ServerResponse, request: IncomingMessage): void {
  request.resume();
  response.writeHead(404, { 'content-type': 'text/plain', connection: 'close' }).end('Nothing here.\n');
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    const why = taken ? 'another program uses it' : messageOf(cause);
    throw new ConfigurationError('redirect_port', `Cannot wait for the browser on port ${port}: ${why}.`, {
      hint: `Stop that program, or choose another port with --redirect-port and register its redirect URI, such as ${redirectUriOf(port === 8977 ? 8978 : 8977)}.`,
      cause,
    });
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
