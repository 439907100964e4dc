import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import type { NetworkAnswer } from '../../model/network.ts';
import { waitMsOf } from './rate-limit.ts';

/** Enough for a full page of 500 identities with 128 KiB each. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Why Ory's admin API did not answer a read. `message` never contains the API key. */
export interface OryFailure {
  readonly kind: 'failed';
  readonly reason:
    | 'network' // connection refused or cut, timeout, DNS
    | 'rate_limit' // 429
    | 'unavailable' // 5xx
    | 'unauthorized' // 401, 403: the key is wrong, expired or belongs to another project
    | 'unexpected'; // anything else, such as a redirect, HTML or another API at this address
  readonly message: string;
  /** How long Ory asks to wait, in ms, if it says so. */
  readonly waitMs?: number;
  /** Ory refused the request (400). */
  readonly badRequest?: true;
}

export type OryHeaders = NetworkAnswer['headers'];

export type OryAnswer =
  | { readonly kind: 'ok'; readonly json: unknown; readonly headers: OryHeaders }
  /** 404 in Ory's own form. A 404 from a proxy proves nothing and is `unexpected`. */
  | { readonly kind: 'not_found' }
  | OryFailure;

/** The parts that we read of "The standard Ory JSON API error format" (Ory's API reference). */
const oryError = z.object({
  error: z.object({ code: z.number().optional(), message: z.string(), reason: z.string().optional() }),
});

/** The plain text with which Go servers and nginx answer plain HTTP if they expect TLS. */
const WANTS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS/i;

/** Classifies a response of the admin API. */
export function answerOf(status: number, headers: OryHeaders, body: string, now: number): OryAnswer {
  const json = parseJson(body);
  if (status === 200) {
    return json === undefined
      ? unexpected('answered 200, but not with JSON.')
      : { kind: 'ok', json, headers };
  }
  const parsed = oryError.safeParse(json);
  if (status === 404 && parsed.data?.error.code === 404) return { kind: 'not_found' };

  const detail = parsed.success
    ? (parsed.data.error.reason ?? parsed.data.error.message)
    : 'not JSON from Ory';
  const message = `answered ${status} (${detail.slice(0, 200)}).`;
  if (status === 401 || status === 403) return { kind: 'failed', reason: 'unauthorized', message };
  if (status >= 300 && status < 400) {
    return unexpected(`redirects (${status}). Kratos redirects at its public address, so use the admin one.`);
  }
  if (status === 400 && WANTS_TLS.test(body)) {
    return unexpected('speaks https, not http, so the address must begin with https://.');
  }
  if (status === 400) return { ...unexpected(message), badRequest: true };
  if (status !== 429 && status < 500) return unexpected(message);

  const reason = status === 429 ? 'rate_limit' : 'unavailable';
  const waitMs = waitMsOf(headers, now);
  return waitMs === undefined
    ? { kind: 'failed', reason, message }
    : { kind: 'failed', reason, message, waitMs };
}

/** Classifies a response that did not come, or not completely. */
export function noAnswer(error: unknown): OryFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return unexpected(`its answer exceeds ${MAX_ANSWER_BYTES / 1024 / 1024} MiB.`);
  }
  if (code === 'UND_ERR_INVALID_ARG') return unexpected(`the request cannot be sent: ${messageOf(error)}.`);
  return { kind: 'failed', reason: 'network', message: messageOf(error) };
}

/** The failure if Ory, or another server in its place, gives an answer that no client can use. */
export function unexpected(message: string): OryFailure {
  return { kind: 'failed', reason: 'unexpected', message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
