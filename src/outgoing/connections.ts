import { Agent, Pool, ProxyAgent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import { ConfigurationError } from '../errors.ts';
import { failureInWords } from './failure-in-words.ts';
import { proxyFor } from './proxy-for.ts';
import type { ProxyChoice } from './proxy-for.ts';

const CONNECT_MS = 5_000;

export interface ConnectionOptions {
  /** A larger answer counts as cut. */
  readonly mostBytes: number;
  /**
   * How long to wait for the head of an answer and between two parts of its body, in ms. 0 waits for ever.
   * The default is undici's.
   */
  readonly silenceMs?: number;
}

/** Connections to other servers, direct or through the proxies that the environment names. */
export interface Connections {
  /** The dispatcher for a call to this address, for undici's `request`. */
  to(url: string): Dispatcher;
  /** Cuts the connections. */
  close(): Promise<void>;
}

/** No connection was made, so the request cannot have arrived. The message says why, in words. */
export class ConnectionNotMade extends Error {
  override readonly name = 'ConnectionNotMade';
  /** The code of the system, OpenSSL or undici. Empty if there is none. */
  readonly code: string;
  /** The host of the proxy, if the connection was meant to go through one. */
  readonly proxy: string | undefined;

  constructor(cause: Error, proxy: string | undefined) {
    const words = failureInWords(cause);
    super(proxy === undefined ? words : `through the proxy ${proxy}: ${words}`, { cause });
    this.proxy = proxy;
    this.code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  }
}

/**
 * HTTP/1.1 with one request at a time per connection, so that a cut connection affects exactly one request.
 * Connecting takes at most 5 s. HTTPS_PROXY, HTTP_PROXY and NO_PROXY choose the proxy as in `proxyFor`.
 * @throws ConfigurationError for a proxy address that `refuseBadProxies` refuses
 */
export function openConnections({ mostBytes, silenceMs }: ConnectionOptions): Connections {
  refuseBadProxies();
  const limits = {
    allowH2: false,
    maxResponseSize: mostBytes,
    ...(silenceMs !== undefined && { headersTimeout: silenceMs, bodyTimeout: silenceMs }),
  };
  const connect = buildConnector({ timeout: CONNECT_MS, allowH2: false });
  const direct = new Agent({ ...limits, connect: marked(connect, undefined) });
  const proxies = new Map<string, ProxyAgent>();
  return {
    to(url) {
      const choice = proxyFor(new URL(url), process.env);
      if (choice === undefined) return direct;
      const agent = proxies.get(choice.value) ?? openProxy(choice, limits);
      proxies.set(choice.value, agent);
      return agent;
    },
    async close() {
      await Promise.all([direct, ...proxies.values()].map((agent) => agent.destroy()));
    },
  };
}

/** @throws ConfigurationError if a variable of the environment does not hold the address of a proxy */
export function refuseBadProxies(): void {
  for (const url of ['https://x', 'http://x']) {
    const choice = proxyFor(new URL(url), { ...process.env, NO_PROXY: '', no_proxy: '' });
    if (choice !== undefined) proxyUrl(choice);
  }
}

/**
 * https goes through a tunnel. For http the proxy is asked itself, because few proxies open tunnels to other
 * ports than 443.
 */
function openProxy(choice: ProxyChoice, limits: object): ProxyAgent {
  const uri = proxyUrl(choice);
  const tls = { allowH2: false, timeout: CONNECT_MS };
  return new ProxyAgent({
    ...limits,
    uri: uri.href,
    connectTimeout: CONNECT_MS,
    requestTls: tls,
    proxyTls: tls,
    factory: (origin, options: Pool.Options) => {
      const { connect } = options;
      return new Pool(origin, {
        ...limits,
        ...options,
        ...(typeof connect === 'function' && { connect: marked(connect, uri.host) }),
      });
    },
  });
}

/**
 * undici's error codes do not show whether an error came from connecting or later. Errors that are wrapped
 * here came from connecting.
 */
function marked(connect: buildConnector.connector, proxy: string | undefined): buildConnector.connector {
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(new ConnectionNotMade(error, proxy), null);
    });
}

/** The value is not repeated, because it may hold a password. */
function proxyUrl({ variable, value }: ProxyChoice): URL {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ConfigurationError('bad_proxy', `${variable} is not the address of a proxy.`, {
    hint: 'Set it to an address such as http://proxy.example.com:3128, or unset it.',
  });
}
