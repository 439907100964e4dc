import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { waitMsOf } from './rate-limit.ts';

/** A full page of 500 identities fits with 128 KiB for each. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Why Ory's admin API gave no answer to a read. `message` never holds the API key. */
export interface OryFailure {
  readonly kind: 'failed';
  readonly reason:
    | 'network' // refused, cut, timed out, DNS
    | 'rate_limit' // 429
    | 'unavailable' // 5xx
    | 'unauthorized' // 401, 403: the key is wrong, expired or of another project
    | 'unexpected'; // anything else: a redirect, HTML, another API at this address
  readonly message: string;
  /** How long Ory asks to wait, in ms, where it says so. */
  readonly waitMs?: number;
  /** The request was not to Ory's taste (400). */
  readonly badRequest?: true;
}

export type OryHeaders = Readonly<Record<string, string | string[] | undefined>>;

export type OryAnswer =
  | { readonly kind: 'ok'; readonly json: unknown; readonly headers: OryHeaders }
  /** 404 in Ory's own words; a 404 of a proxy, which proves nothing, is `unexpected`. */
  | { readonly kind: 'not_found' }
  | OryFailure;

/** "The standard Ory JSON API error format" of Ory's API reference, as far as we read it. */
const oryError = z.object({
  error: z.object({ code: z.number().optional(), message: z.string(), reason: z.string().optional() }),
});

/** What servers of Go and nginx answer, in plain text, to plain text where they expect TLS. */
const WANTS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS/i;

/** What a response of the admin API means. */
export function answerOf(status: number, headers: OryHeaders, body: string, now: number): OryAnswer {
  const json = parseJson(body);
  if (status === 200) {
    return json === undefined
      ? unexpected('answered 200, but not with JSON.')
      : { kind: 'ok', json, headers };
  }
  const parsed = oryError.safeParse(json);
  if (status === 404 && parsed.data?.error.code === 404) return { kind: 'not_found' };

  const detail = parsed.success ? (parsed.data.error.reason ?? parsed.data.error.message) : 'no JSON of Ory';
  const message = `answered ${status} (${detail.slice(0, 200)}).`;
  if (status === 401 || status === 403) return { kind: 'failed', reason: 'unauthorized', message };
  if (status >= 300 && status < 400) {
    return unexpected(
      `redirects (${status}). A Kratos redirects from its public address: use the admin one.`,
    );
  }
  if (status === 400 && WANTS_TLS.test(body)) {
    return unexpected('speaks https, not http: the address has to begin with https://.');
  }
  if (status === 400) return { ...unexpected(message), badRequest: true };
  if (status !== 429 && status < 500) return unexpected(message);

  const reason = status === 429 ? 'rate_limit' : 'unavailable';
  const waitMs = waitMsOf(headers, now);
  return waitMs === undefined
    ? { kind: 'failed', reason, message }
    : { kind: 'failed', reason, message, waitMs };
}

/** What it means that no response came, or not all of it. */
export function noAnswer(error: unknown): OryFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return unexpected(`its answer exceeds ${MAX_ANSWER_BYTES / 1024 / 1024} MiB.`);
  }
  if (code === 'UND_ERR_INVALID_ARG') return unexpected(`the request cannot be sent: ${messageOf(error)}.`);
  return { kind: 'failed', reason: 'network', message: messageOf(error) };
}

/** Ory, or what answered in its place, did something that no client can build on. */
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
