import { Agent, buildConnector, request } from 'undici';
import { messageOf } from '../errors.ts';

const CONNECT_MS = 5_000;
/** The whole call: connect, send, wait and read. */
const CALL_MS = 60_000;
const MOST_BYTES = 20 * 1024 * 1024;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Cuts the call. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, ms; 60 s unless said. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** By lower-case name; of several with one name the first. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** The body as JSON; undefined when it is empty or not JSON. */
  readonly body: unknown;
}

/** No answer, or only a part of one. */
export interface NetworkFailure {
  readonly kind: 'network';
  /** False: no connection was ever made, so nothing can have reached the server. */
  readonly mayHaveArrived: boolean;
  readonly message: string;
}

export type HttpResult =
  | HttpResponse
  | NetworkFailure
  | { readonly kind: 'aborted'; readonly message: string };

export interface Http {
  send(call: HttpCall): Promise<HttpResult>;
  /** Cuts the connections. */
  close(): Promise<void>;
}

/** Why no connection was made. Whatever else goes wrong, the request may have arrived. */
class ConnectionNotMade extends Error {
  override readonly name = 'ConnectionNotMade';
}

/**
 * HTTP/1.1 with connections kept alive. Redirects are not followed: credentials go to the host they are meant
 * for. An answer over 20 MB counts as cut. Nothing is repeated here, as only the caller knows what is safe to
 * repeat.
 */
export function openHttp(): Http {
  // One request a connection at a time, so that a cut connection tells what it cut.
  const connect = buildConnector({ timeout: CONNECT_MS, allowH2: false });
  const agent = new Agent({
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        // undici tells connection errors from later ones by many codes; marking them here is exact.
        if (error === null) callback(null, socket);
        else callback(new ConnectionNotMade(messageOf(error), { cause: error }), null);
      }),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MOST_BYTES,
  });
  return {
    send: (call) => send(agent, call),
    close: () => agent.destroy(),
  };
}

async function send(agent: Agent, call: HttpCall): Promise<HttpResult> {
  const timeoutMs = call.timeoutMs ?? CALL_MS;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    const response = await request(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      signal: call.signal === undefined ? late.signal : AbortSignal.any([call.signal, late.signal]),
      dispatcher: agent,
    });
    const text = await response.body.text();
    return {
      kind: 'response',
      status: response.statusCode,
      headers: single(response.headers),
      body: json(text),
    };
  } catch (error) {
    if (call.signal?.aborted) return { kind: 'aborted', message: 'The call to Zoho was cut on our side.' };
    const host = new URL(call.url).host;
    if (late.signal.aborted) {
      return {
        kind: 'network',
        mayHaveArrived: true,
        message: `${host} did not answer within ${timeoutMs / 1000} s.`,
      };
    }
    const mayHaveArrived = !(error instanceof ConnectionNotMade);
    const what = mayHaveArrived ? 'The connection was cut' : 'No connection';
    return { kind: 'network', mayHaveArrived, message: `${what}: ${host}: ${messageOf(error)}` };
  } finally {
    clearTimeout(timer);
  }
}

function single(headers: {
  readonly [name: string]: string | string[] | undefined;
}): HttpResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
