import { messageOf } from '../errors.ts';
import type { Network, NetworkAnswer } from '../model/network.ts';
import type { World } from '../model/world.ts';
import { NODE_WORLD } from '../node-world.ts';
import { ConnectionNotMade } from '../outgoing/connection-not-made.ts';

/** For the whole call: connect, send, wait and read. */
const CALL_MS = 60_000;
const MOST_BYTES = 20 * 1024 * 1024;

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Cuts the call when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, ms. The default is 60 s. */
  readonly timeoutMs?: number;
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Names are in lower case. If a name occurs more than once, this has the first value. */
  readonly headers: { readonly [name: string]: string | undefined };
  /** The body as JSON. Undefined if it is empty or not JSON. */
  readonly body: unknown;
}

/** There was no answer, or only a part of one. */
export interface NetworkFailure {
  readonly kind: 'network';
  /** False if no connection was ever made, so that nothing can have reached the server. */
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

/**
 * Redirects are not followed, because credentials must only go to the host they are meant for. An answer over
 * 20 MB counts as cut.
 */
export function openHttp(world: Pick<World, 'after' | 'openNetwork'> = NODE_WORLD): Http {
  const network = world.openNetwork({ mostBytes: MOST_BYTES, silenceMs: 0 });
  return {
    send: (call) => send(network, world, call),
    close: () => network.close(),
  };
}

async function send(network: Network, world: Pick<World, 'after'>, call: HttpCall): Promise<HttpResult> {
  const timeoutMs = call.timeoutMs ?? CALL_MS;
  const late = new AbortController();
  const cancel = world.after(timeoutMs, () => late.abort());
  try {
    const { method, url, headers, body } = call;
    const signal = call.signal === undefined ? late.signal : AbortSignal.any([call.signal, late.signal]);
    const answer = await network.send({ method, url, headers, body, signal });
    return {
      kind: 'response',
      status: answer.status,
      headers: single(answer.headers),
      body: json(answer.text),
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
    cancel();
  }
}

function single(headers: NetworkAnswer['headers']): HttpResponse['headers'] {
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
