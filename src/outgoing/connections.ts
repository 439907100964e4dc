import { Agent, Pool, ProxyAgent, buildConnector } from 'undici';
import type { Dispatcher } from 'undici';
import { ConfigurationError } from '../errors.ts';
import { failureInWords } from './failure-in-words.ts';
import { proxyFor } from './proxy-for.ts';
import type { ProxyChoice } from './proxy-for.ts';

const CONNECT_MS = 5_000;

export interface ConnectionOptions {
  /** An answer that is larger counts as cut. */
  readonly mostBytes: number;
  /** How long to wait for the head of an answer, and between two parts of its body, ms; 0: for ever. As undici has it unless said. */
  readonly silenceMs?: number;
}

/** Connections to other servers: direct, or through the proxies that the environment names. */
export interface Connections {
  /** What undici's `request` sends a call to this address by. */
  to(url: string): Dispatcher;
  /** Cuts the connections. */
  close(): Promise<void>;
}

/** Why no connection was made: nothing of the request can have arrived. Its message is in words. */
export class ConnectionNotMade extends Error {
  override readonly name = 'ConnectionNotMade';
  /** Of the system, OpenSSL or undici; empty where there is none. */
  readonly code: string;
  /** Its host, where it was to be made through one. */
  readonly proxy: string | undefined;

  constructor(cause: Error, proxy: string | undefined) {
    const words = failureInWords(cause);
    super(proxy === undefined ? words : `through the proxy ${proxy}: ${words}`, { cause });
    this.proxy = proxy;
    this.code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  }
}

/**
 * HTTP/1.1, one request a connection at a time, so that a cut connection tells what it cut; connecting takes 5 s at most.
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY count as `proxyFor` says.
 * @throws ConfigurationError as `refuseBadProxies` does
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

/** @throws ConfigurationError for a proxy in the environment that is no address of one */
export function refuseBadProxies(): void {
  for (const url of ['https://x', 'http://x']) {
    const choice = proxyFor(new URL(url), { ...process.env, NO_PROXY: '', no_proxy: '' });
    if (choice !== undefined) proxyUrl(choice);
  }
}

/** https goes through a tunnel; http is asked for from the proxy, as few proxies make tunnels to other ports than 443. */
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

/** undici tells errors of a connection from later ones by many codes; marking them here is exact. */
function marked(connect: buildConnector.connector, proxy: string | undefined): buildConnector.connector {
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error === null) callback(null, socket);
      else callback(new ConnectionNotMade(error, proxy), null);
    });
}

/** The value may hold a password, so that it is not repeated. */
function proxyUrl({ variable, value }: ProxyChoice): URL {
  const url = URL.parse(value.includes('://') ? value : `http://${value}`);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ConfigurationError('bad_proxy', `${variable} is no address of a proxy.`, {
    hint: 'Set it to one such as http://proxy.example.com:3128, or unset it.',
  });
}
