import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { ConfigurationError, messageOf } from '../../errors.ts';
import { normalAdminUrl } from '../../model/admin-url.ts';
import { openConnections } from '../../outgoing/connections.ts';
import { authorizationOf } from './authorization.ts';
import { waitMsOf } from './rate-limit.ts';

const CALL_TIMEOUT_MS = 30_000;
/** A full page of 500 identities fits with 128 KiB for each. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

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

export interface OryAdminConnection {
  /**
   * One GET. No redirect is followed: the key would travel with it.
   * @param path below the admin URL, such as `/admin/identities`
   * @throws the signal's reason once the caller's signal is aborted; every other failure is an answer
   */
  get(path: string, query: URLSearchParams, signal: AbortSignal): Promise<OryAnswer>;
  /** The same of what Ory serves to anybody: one redirect is followed, and the key goes to no other address. */
  getPublic(path: string, query: URLSearchParams, signal: AbortSignal): Promise<OryAnswer>;
  close(): Promise<void>;
}

export interface OryAdminOptions {
  /**
   * Project URL of Ory Network, or the admin URL of a self-hosted Kratos; a path or trailing slash is fine. User and password in
   * it count where there is no API key.
   */
  readonly adminUrl: string;
  /** Project API key; a self-hosted Kratos needs none. */
  readonly apiKey?: string;
  /** The clock in ms, for `Retry-After` dates. */
  readonly now?: () => number;
}

/** "The standard Ory JSON API error format" of Ory's API reference, as far as we read it. */
const oryError = z.object({
  error: z.object({ code: z.number().optional(), message: z.string(), reason: z.string().optional() }),
});

/** A proxy may have Kratos below a path of this name, so that it is not cut off. */
const TOO_MUCH = ' The /admin at the end of ORY_ADMIN_URL is probably too much: it is added to it.';

/** What servers of Go and nginx answer, in plain text, to plain text where they expect TLS. */
const WANTS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS/i;

/** @throws ConfigurationError when `adminUrl` is no http(s) URL */
export function connectOryAdmin(options: OryAdminOptions): OryAdminConnection {
  const { apiKey = '', now = Date.now } = options;
  const base = parseBase(options.adminUrl);
  const connections = openConnections({ mostBytes: MAX_ANSWER_BYTES });
  const plain = { accept: 'application/json', 'user-agent': 'ory-zoho' };
  const authorization = authorizationOf(options.adminUrl, apiKey);
  const headers = { ...plain, ...(authorization !== undefined && { authorization }) };

  function get(path: string, query: URLSearchParams, signal: AbortSignal): Promise<OryAnswer> {
    return ask(path, query, signal, false);
  }

  async function ask(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
    follows: boolean,
  ): Promise<OryAnswer> {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
    const url = `${base}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
    try {
      const first = await request(url, { dispatcher: connections.to(url), headers, signal: limit });
      const elsewhere = follows ? redirectOf(first, url) : undefined;
      if (elsewhere !== undefined) await first.body.dump();
      const response =
        elsewhere === undefined
          ? first
          : await request(elsewhere, {
              dispatcher: connections.to(elsewhere.href),
              headers: plain,
              signal: limit,
            });
      const body = await response.body.text();
      const answer = answerOf(response.statusCode, response.headers, body, now());
      return hidden(isTooMuch(answer, path) ? unexpected('answered 404.') : answer);
    } catch (error) {
      signal.throwIfAborted();
      return hidden(noAnswer(error));
    }
  }

  /** The list is always there, so that Ory's own 404 for it means that the address is wrong. */
  function isTooMuch(answer: OryAnswer, path: string): boolean {
    return answer.kind === 'not_found' && path === '/admin/identities' && base.endsWith('/admin');
  }

  function hidden(answer: OryAnswer): OryAnswer {
    if (answer.kind !== 'failed') return answer;
    const message = apiKey === '' ? answer.message : answer.message.replaceAll(apiKey, '***');
    const advice = answer.reason === 'unexpected' && base.endsWith('/admin') ? TOO_MUCH : '';
    return { ...answer, message: `Ory's admin API at ${base}: ${message}${advice}` };
  }

  return {
    get,
    getPublic: (path, query, signal) => ask(path, query, signal, true),
    close: () => connections.close(),
  };
}

/** Where a redirect leads; undefined: it is none, or leads to no http(s) address. */
function redirectOf({ statusCode, headers }: Dispatcher.ResponseData, url: string): URL | undefined {
  const { location } = headers;
  if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string') return undefined;
  const to = URL.parse(location, url);
  return to !== null && /^https?:$/.test(to.protocol) ? to : undefined;
}

function parseBase(adminUrl: string): string {
  return normalAdminUrl(adminUrl) ?? refuseAdminUrl();
}

/** @throws ConfigurationError */
export function refuseAdminUrl(): never {
  throw new ConfigurationError('bad_ory_admin_url', 'ORY_ADMIN_URL is not an http(s) URL.', {
    hint: 'Set it to the project URL, such as https://<slug>.projects.oryapis.com, or to the admin URL of your Kratos.',
  });
}

function answerOf(status: number, headers: OryHeaders, body: string, now: number): OryAnswer {
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

function noAnswer(error: unknown): OryFailure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return unexpected(`its answer exceeds ${MAX_ANSWER_BYTES / 1024 / 1024} MiB.`);
  }
  if (code === 'UND_ERR_INVALID_ARG') return unexpected(`the request cannot be sent: ${messageOf(error)}.`);
  return { kind: 'failed', reason: 'network', message: messageOf(error) };
}

function unexpected(message: string): OryFailure {
  return { kind: 'failed', reason: 'unexpected', message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
