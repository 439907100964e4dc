import { ConfigurationError } from '../../errors.ts';
import type { NetworkAnswer } from '../../model/network.ts';
import type { World } from '../../model/world.ts';
import { NODE_WORLD } from '../../node-world.ts';
import { normalAdminUrl } from '../../model/admin-url.ts';
import type { OryAnswer } from './admin-answer.ts';
import { answerOf, MAX_ANSWER_BYTES, noAnswer, unexpected } from './admin-answer.ts';
import { authorizationOf } from './authorization.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Kratos v25.4.0 redirects `/schemas` to `/admin/schemas`, and that to its public address. */
const MOST_REDIRECTS = 3;

export interface OryAdminConnection {
  readonly world: World;
  /**
   * One GET. It follows no redirect, because the key would be sent there too.
   * @param path relative to the admin URL, such as `/admin/identities`
   * @throws the signal's reason after the caller's signal aborts. Every other failure is returned
   */
  get(path: string, query: URLSearchParams, signal: AbortSignal): Promise<OryAnswer>;
  /**
   * One GET of something that Ory serves to everyone. It follows a few redirects, and sends the key to no
   * other address.
   */
  getPublic(path: string, query: URLSearchParams, signal: AbortSignal): Promise<OryAnswer>;
  close(): Promise<void>;
}

export interface OryAdminOptions {
  /**
   * Project URL of Ory Network, or the admin URL of a self-hosted Kratos. It may have a path or a trailing
   * slash. User name and password in it count if there is no API key.
   */
  readonly adminUrl: string;
  /** Project API key. A self-hosted Kratos needs none. */
  readonly apiKey?: string;
  readonly world?: World;
}

/** A proxy may serve Kratos under a path of this name, so we do not cut it off. */
const TOO_MUCH = ' ORY_ADMIN_URL should probably not end with /admin, because ory-zoho adds that itself.';

/** @throws ConfigurationError if `adminUrl` is not an http(s) URL */
export function connectOryAdmin(options: OryAdminOptions): OryAdminConnection {
  const { apiKey = '', world = NODE_WORLD } = options;
  const base = parseBase(options.adminUrl);
  const network = world.openNetwork({ mostBytes: MAX_ANSWER_BYTES });
  const plain = { accept: 'application/json', 'user-agent': 'ory-zoho' };
  const authorization = authorizationOf(options.adminUrl, apiKey);
  const headers = { ...plain, ...(authorization !== undefined && { authorization }) };

  async function ask(
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
    follows: boolean,
  ): Promise<OryAnswer> {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, world.timeout(CALL_TIMEOUT_MS)]);
    const url = `${base}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
    try {
      const response = await followed(new URL(url), follows ? MOST_REDIRECTS : 0, (to) =>
        network.send({
          method: 'GET',
          url: to.href,
          // The key goes to no other server.
          headers: to.origin === new URL(base).origin ? headers : plain,
          signal: limit,
        }),
      );
      const answer = answerOf(response.status, response.headers, response.text, world.now());
      return hidden(isTooMuch(answer, path) ? unexpected('answered 404.') : answer);
    } catch (error) {
      signal.throwIfAborted();
      return hidden(noAnswer(error));
    }
  }

  /** The list always exists, so Ory's own 404 for it means that the address is wrong. */
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
    world,
    get: (path, query, signal) => ask(path, query, signal, false),
    getPublic: (path, query, signal) => ask(path, query, signal, true),
    close: () => network.close(),
  };
}

/** The answer at the end of at most so many redirects. */
async function followed(
  url: URL,
  redirects: number,
  get: (url: URL) => Promise<NetworkAnswer>,
): Promise<NetworkAnswer> {
  const response = await get(url);
  const elsewhere = redirects > 0 ? redirectOf(response, url) : undefined;
  if (elsewhere === undefined) return response;
  return followed(elsewhere, redirects - 1, get);
}

/** The target of a redirect. Undefined if it is not a redirect, or does not lead to an http(s) address. */
function redirectOf({ status, headers }: NetworkAnswer, url: URL): URL | undefined {
  const { location } = headers;
  if (status < 300 || status >= 400 || typeof location !== 'string') return undefined;
  const to = URL.parse(location, url.href);
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
