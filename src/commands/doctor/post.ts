import { request } from 'undici';
import { messageOf } from '../../errors.ts';
import { ConnectionNotMade } from '../../outgoing/connection-not-made.ts';
import { openConnections } from '../../outgoing/connections.ts';
import type { Connections } from '../../outgoing/connections.ts';

/** The result of a POST. */
export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly json: unknown }
  /** Refused, cut or timed out. It may work the next time. */
  | { readonly kind: 'no_answer'; readonly message: string }
  /** The host does not exist or cannot prove its identity. */
  | { readonly kind: 'wrong_address'; readonly message: string };

/** The codes of Node and OpenSSL for unknown host names and invalid certificates. */
const WRONG_ADDRESS = /^ENOTFOUND$|CERT|^ERR_TLS|^UNABLE_TO_VERIFY|^EPROTO$|^ERR_SSL/;
/** These codes need their message; the others speak for themselves. */
const NEEDS_WORDS = /CERT|^ERR_|^UNABLE_TO|^EPROTO$|^$/;
const MOST_BYTES = 1024 * 1024;

/** Sends JSON and does not follow redirects. */
export async function post(
  url: string,
  body: string,
  headers: { readonly [name: string]: string },
  signal: AbortSignal,
): Promise<Posted> {
  let connections: Connections | undefined;
  try {
    connections = openConnections({ mostBytes: MOST_BYTES });
    const answer = await request(url, {
      dispatcher: connections.to(url),
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
    const text = await answer.body.text();
    return { kind: 'answered', status: answer.statusCode, json: parsed(text) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const kind = WRONG_ADDRESS.test(code) ? 'wrong_address' : 'no_answer';
    const inWords =
      error instanceof ConnectionNotMade && (error.proxy !== undefined || NEEDS_WORDS.test(code));
    const words = inWords ? error.message : code || messageOf(error);
    return { kind, message: signal.aborted ? 'no answer in time' : words };
  } finally {
    await connections?.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
